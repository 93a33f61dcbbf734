import { decodeCbor, encodeCbor, type Cbor } from '../cbor.ts';
import { concat, fromHex } from '../bytes.ts';
import {
  bytesUpTo,
  decodeFields,
  decodeFieldsWithOptional,
  isCount,
  isHash,
  listOf,
  oneOf,
  type Check,
} from '../fields.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Action } from './charter.ts';
import { membershipLimits } from './limits.ts';
import type { Node } from './node.ts';
import { certificateOf, type Skeleton } from './skeleton.ts';

/** The first bytes of a document's hash that a snapshot keeps of what it leaves out: 16 characters of `_id`. */
export const prefixBytes = 10;

const kinds = ['genesis', 'key', 'propose', 'vote', 'decide', 'leave', 'accept'] as const;

/** One kept operation; people and operations are numbers in the snapshot's own lists. */
export interface SnapshotRecord {
  readonly k: (typeof kinds)[number];
  readonly n: Uint8Array;
  readonly a: number;
  readonly c: readonly number[];
  /** The `key` operation of its chain; and whether it is the chain's last. */
  readonly f?: number;
  readonly t?: boolean;
  readonly m?: readonly number[];
  readonly d?: Uint8Array;
  readonly w?: Action;
  readonly s?: readonly number[];
  readonly p?: number;
  readonly y?: boolean;
  readonly q?: number;
  readonly h?: boolean;
}

export interface SnapshotContents {
  readonly people: readonly Uint8Array[];
  readonly records: readonly SnapshotRecord[];
  /** Prefixes of the hashes of what is left out, one after the other. */
  readonly dropped: Uint8Array;
}

const most = 1_000_000;
const isTruth: Check<boolean> = (value): value is boolean => typeof value === 'boolean';
const isNumbers = listOf(isCount, most);
const isAnything: Check<unknown> = (value): value is unknown => value !== undefined;

export function encodeSnapshot(skeleton: Skeleton): Uint8Array {
  const people = new Map<string, number>();
  const places = new Map<Node, number>();
  const person = (key: string) => {
    const known = people.get(key) ?? people.size;
    people.set(key, known);
    return known;
  };
  const place = (node: Node) => places.get(node) ?? most;
  const records = skeleton.kept.map((node, index): Cbor => {
    places.set(node, index);
    const causes = skeleton.causesOf(node).map(place);
    const common = {
      k: node.kind,
      n: bytes(node.name),
      a: person(node.author),
      c: causes.toSorted((a, b) => a - b),
    };
    const chain =
      'own' in node ? { f: place(certificateOf(node)), t: skeleton.tips.has(node) } : {};
    return { ...common, ...chain, ...ownFields(node, skeleton, person, place) };
  });
  return encodeCbor({
    v: 1,
    p: [...people.keys()].map(bytes),
    o: records,
    x: concat(
      ...skeleton.dropped
        .map(({ name }) => name)
        .toSorted()
        .map((name) => bytes(name).subarray(0, prefixBytes)),
    ),
  });
}

function ownFields(
  node: Node,
  skeleton: Skeleton,
  person: (key: string) => number,
  place: (node: Node) => number,
): Readonly<Record<string, Cbor>> {
  switch (node.kind) {
    case 'genesis':
      return { m: node.members.map(person) };
    case 'key':
      return { d: bytes(node.device) };
    case 'propose':
      return { w: node.action, s: node.subjects.map(person) };
    case 'vote':
      return { p: place(node.proposal), y: node.yes };
    case 'decide':
      return { p: place(node.proposal), q: node.quorum, h: skeleton.held(node) };
    case 'accept':
      return { d: bytes(node.decision) };
    case 'leave':
      return {};
  }
}

/** What the bytes hold, each record by itself; whether they fit together is for the reader to see. */
export function decodeSnapshotBytes(snapshot: Uint8Array): Result<SnapshotContents> {
  if (snapshot.length > membershipLimits.snapshotBytes) return refuse('too-large');
  const cbor = decodeCbor(snapshot);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, {
    v: oneOf(1),
    p: listOf(isHash, most),
    o: listOf(isAnything, most),
    x: bytesUpTo(membershipLimits.snapshotBytes),
  });
  if (!fields.ok) return fields;
  const records: SnapshotRecord[] = [];
  for (const item of fields.value.o) {
    const record = decodeFieldsWithOptional(
      item,
      { k: oneOf(...kinds), n: isHash, a: isCount, c: isNumbers },
      {
        f: isCount,
        t: isTruth,
        m: isNumbers,
        d: isHash,
        w: oneOf<Action>('admit', 'remove', 'dormant'),
        s: isNumbers,
        p: isCount,
        y: isTruth,
        q: isCount,
        h: isTruth,
      },
    );
    if (!record.ok) return record;
    records.push(record.value);
  }
  return accept({ people: fields.value.p, records, dropped: fields.value.x });
}

function bytes(hex: string): Uint8Array {
  const decoded = fromHex(hex);
  if (!decoded.ok) throw new TypeError('a name was made without bytes');
  return decoded.value;
}
