import * as fc from 'fast-check';
import { toBase64Url, toHex } from '../../src/domain/bytes.ts';
import { concat, fromBase64Url } from '../../src/domain/bytes.ts';
import { decodeCbor, encodeCbor, type CborMap } from '../../src/domain/cbor.ts';
import { documentId, revisionOf } from '../../src/domain/document/id.ts';
import { wrapSealed } from '../../src/domain/document/sealed.ts';
import { assembleSigned } from '../../src/domain/document/signed.ts';
import { domainString, hashFor } from '../../src/domain/hash.ts';
import { refusals } from '../../src/domain/refusal.ts';
import { accept, type Result } from '../../src/domain/result.ts';
import { ed25519Sign, type KeyPair } from '../../src/domain/sodium.ts';
import { makeStatement } from '../../src/domain/statement.ts';
import type { Person } from './people.ts';

/**
 * One way in for what a peer, a page, a link or a disk may hold, and what to try it with: from random
 * bytes to what is genuine but for one place in it, with ids and signatures that are right again.
 */
export interface Way {
  /** `file#function`, as the list of all that the domain exports has it. */
  readonly name: string;
  /**
   * Throws if any of so many inputs is answered by anything but a value or a code of the list. Gives how many
   * were accepted: without any, nothing behind the first refusal has been tried.
   */
  readonly check: (cases: number) => number;
}

export function way<T>(
  name: string,
  input: fc.Arbitrary<T>,
  read: (input: T) => Result<unknown> | readonly Result<unknown>[],
): Way {
  const check = (cases: number): number => {
    let accepted = 0;
    const property = fc.property(input, (one) => {
      for (const answer of [read(one)].flat()) {
        if (!isAnswer(answer)) throw new TypeError(`${name} answered ${JSON.stringify(answer)}`);
        if (answer.ok) accepted += 1;
      }
    });
    fc.assert(property, { numRuns: cases });
    return accepted;
  };
  return { name, check };
}

function isAnswer(answer: Result<unknown>): boolean {
  return answer.ok || refusals.includes(answer.code);
}

export const anyBytes = fc.uint8Array({ maxLength: 400 });

const oddCbor = fc.oneof(
  fc.constantFrom(null, true, 0, 1, -1, 2 ** 53 - 1, 1.5, '', 'post', 'key'),
  fc.maxSafeInteger(),
  fc.string({ maxLength: 20 }),
  fc.uint8Array({ maxLength: 40 }),
  ...[0, 8, 32, 64].map((length) => fc.uint8Array({ minLength: length, maxLength: length })),
  fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 3 }),
  fc.constantFrom({}, [], [[]], { k: null }, new Uint8Array(32)),
);
const oddJson = fc.oneof(
  fc.anything({ maxDepth: 2, withBigInt: true, withNullPrototype: true, withTypedArray: true }),
  fc.base64String().map((text) => text.replaceAll('=', '')),
);

/** One place in a tree of values, and what becomes of it. */
interface Change {
  readonly path: readonly number[];
  readonly how: 'replace' | 'drop' | 'add' | 'twice';
  readonly by: unknown;
}

const changeBy = (by: fc.Arbitrary<unknown>): fc.Arbitrary<Change> =>
  fc.record({
    path: fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
    how: fc.constantFrom('replace', 'replace', 'drop', 'add', 'twice'),
    by,
  });

/** A copy that differs in the one place that the path leads to, as far as there is a way to go. */
function changed(value: unknown, change: Change): unknown {
  const [step = 0, ...path] = change.path;
  if (Array.isArray(value)) {
    const at = value.length === 0 ? 0 : step % value.length;
    const old: unknown = value[at];
    if (change.how === 'twice') return value.toSpliced(at, 0, old);
    if (change.how === 'add') return [...value, change.by];
    if (isTree(old) && path.length > 0) return value.with(at, changed(old, { ...change, path }));
    return change.how === 'drop' ? value.toSpliced(at, 1) : value.toSpliced(at, 1, change.by);
  }
  if (!isTree(value)) return change.by;
  const names = Object.keys(value);
  const name = names[step % Math.max(1, names.length)] ?? 'a';
  const old = new Map(Object.entries(value)).get(name);
  if (change.how === 'add')
    return { ...value, ['abcdefghijklmnopqrstuvwxyz'[step] ?? 'z']: change.by };
  if (isTree(old) && path.length > 0)
    return { ...value, [name]: changed(old, { ...change, path }) };
  if (change.how !== 'drop') return { ...value, [name]: change.by };
  return Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}

/** CBOR of the bytes' value with one place changed; the bytes themselves where they are no CBOR. */
function changedCbor(bytes: Uint8Array, change: Change): Uint8Array {
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return bytes;
  const value = changed(decoded.value, change);
  return encodeCbor(isTree(value) ? (value as CborMap) : { a: bytes });
}

const changeOfCbor = changeBy(oddCbor);

/** Values as CBOR gives them: of these kinds, but for one place, or of any. */
export function valuesLike(...seeds: readonly unknown[]): fc.Arbitrary<unknown> {
  const seed = fc.constantFrom(...seeds);
  return fc.oneof(
    seed,
    fc.tuple(seed, changeOfCbor).map(([value, change]) => changed(value, change)),
    fc.anything({ maxDepth: 2, withBigInt: true, withNullPrototype: true }),
  );
}

/** Bytes like these, damaged, cut, lengthened, changed in one field, or anything. */
export function bytesLike(...seeds: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const seed = fc.constantFrom(...seeds);
  return fc.oneof(
    anyBytes,
    seed,
    fc.tuple(seed, changeOfCbor).map(([bytes, change]) => changedCbor(bytes, change)),
    fc.tuple(seed, fc.nat(), fc.integer({ min: 1, max: 255 })).map(([bytes, where, flip]) => {
      const copy = bytes.slice();
      const at = where % Math.max(1, copy.length);
      if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ flip;
      return copy;
    }),
    fc.tuple(seed, fc.nat()).map(([bytes, end]) => bytes.slice(0, end % (bytes.length + 1))),
    fc.tuple(seed, anyBytes).map(([bytes, more]) => concat(bytes, more)),
  );
}

export function textsLike(...seeds: readonly string[]): fc.Arbitrary<string> {
  const seed = fc.constantFrom(...seeds);
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.webUrl(),
    seed,
    fc.tuple(seed, fc.nat(), fc.string({ unit: 'binary', maxLength: 3 })).map(([text, at, by]) => {
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + by + text.slice(cut + by.length);
    }),
  );
}

/** Statements that this person's device has signed for this purpose, whatever is in them. */
export function statementsLike(
  { identity, device }: Person,
  purpose: string,
  genuine: Uint8Array,
): fc.Arbitrary<Uint8Array> {
  const said = fc.dictionary(
    fc.constantFrom('s', 'k', 'p', 'w', 'f', 'u'),
    fc.oneof(anyBytes, fc.maxSafeInteger(), fc.constantFrom(new Uint8Array(32), null)),
    { noNullPrototype: true },
  );
  return fc.oneof(
    bytesLike(genuine),
    said.map((content) => makeStatement(purpose, identity.publicKey, device.signing, content)),
  );
}

/** For what gives no `Result`, but must not throw either. */
export function found(value: unknown): Result<unknown> {
  return accept(value);
}

/** Keys that the fuzzer holds too, so that what it changes is signed again. */
export type Signers = readonly KeyPair[];

/** Documents like these of one space, with any field, or what is inside their payload, changed. */
export function documentsLike(
  spaceId: Uint8Array,
  signers: Signers,
  seeds: readonly object[],
): fc.Arbitrary<unknown> {
  const seed = fc.constantFrom(...seeds);
  return fc.oneof(
    fc.anything({ maxDepth: 3, withBigInt: true, withNullPrototype: true, withTypedArray: true }),
    fc.jsonValue(),
    seed,
    fc.tuple(seed, changeBy(oddJson)).map(([json, change]) => changed(json, change)),
    fc.tuple(seed, anyBytes).map(([json, bytes]) => withPayload(json, spaceId, bytes, signers)),
    fc.tuple(seed, changeOfCbor).map(([json, change]) => {
      const payload = payloadOf(json);
      return withPayload(json, spaceId, changedCbor(payload, change), signers);
    }),
    fc.tuple(seed, bytesLike(new Uint8Array(300))).map(([json, bytes]) => {
      return withPayload(json, spaceId, bytes, signers);
    }),
  );
}

function payloadOf(json: object): Uint8Array {
  const fields = new Map<string, unknown>(Object.entries(json));
  const text = fields.get('d') ?? fields.get('b') ?? fields.get('c');
  const bytes = fromBase64Url(typeof text === 'string' ? text : '');
  return bytes.ok ? bytes.value : new Uint8Array(0);
}

/** The document with this payload instead, and with the id (and the signature) that goes with it. */
function withPayload(
  json: object,
  spaceId: Uint8Array,
  bytes: Uint8Array,
  signers: Signers,
): unknown {
  if ('c' in json) return wrapSealed(spaceId, bytes).json;
  if ('b' in json) {
    const id = documentId('b', hashFor('body', spaceId, bytes));
    return { _id: id, _rev: revisionOf(id), v: 1, b: toBase64Url(bytes) };
  }
  const decoded = decodeCbor(bytes);
  const fields = new Map<string, unknown>(
    decoded.ok && isTree(decoded.value) ? Object.entries(decoded.value) : [],
  );
  const [type, key] = [fields.get('t'), fields.get('k')];
  const named = key instanceof Uint8Array ? toHex(key) : '';
  const signer = signers.find(({ publicKey }) => toHex(publicKey) === named) ?? signers[0];
  const signed = concat(domainString(typeof type === 'string' ? type : ''), spaceId, bytes);
  const signature = signer ? ed25519Sign(signer.secretKey, signed) : new Uint8Array(64);
  return assembleSigned({ header: bytes, signature }).json;
}
