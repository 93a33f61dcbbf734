import { documentId } from '../document/id.ts';
import { bytesOfName, type PersonKey } from '../membership/operation.ts';
import type { Packer, Unpacker } from '../packed.ts';
import { isRefusal, type Refusal } from '../refusal.ts';
import { fromHex } from '../bytes.ts';
import type { Entry } from './entry.ts';

const kinds = ['post', 'edit', 'retraction', 'reaction'] as const satisfies Entry['kind'][];

/** An entry that was checked when it came; about 80 bytes. */
export function packEntry(entry: Entry, to: Packer): void {
  to.number(kinds.indexOf(entry.kind));
  to.hash(entry.hash);
  to.hash(bytesOfName(entry.author));
  to.hash(bytesOfHex(entry.key));
  to.number(entry.seq);
  to.number(entry.prev === null ? 0 : 1);
  if (entry.prev !== null) to.hash(entry.prev);
  to.number(entry.time);
  to.list(entry.parents, (parent) => to.hash(bytesOfName(parent)));
  if (entry.kind !== 'post') to.hash(bytesOfName(entry.target));
  if ('bodyHash' in entry) to.fixed(entry.bodyHash);
  if (entry.kind === 'reaction') to.text(entry.sign);
}

export function unpackEntry(from: Unpacker): Entry {
  const kind = kinds[from.number()] ?? from.unfit();
  const { bytes: hash, hex } = from.hash();
  const written = {
    id: documentId('d', hash),
    hash,
    // What was packed was the bytes of such names.
    name: hex as Entry['name'],
    author: from.hash().hex as PersonKey,
    key: from.hash().hex,
    seq: from.number(),
    prev: from.number() === 0 ? null : from.hash().bytes,
    time: from.number(),
    parents: from.list(() => nameFrom(from)),
  };
  if (kind === 'post') return { ...written, kind, bodyHash: from.fixed(32) };
  const target = nameFrom(from);
  if (kind === 'edit') return { ...written, kind, target, bodyHash: from.fixed(32) };
  return kind === 'retraction'
    ? { ...written, kind, target }
    : { ...written, kind, target, sign: from.text() };
}

export function packRefused(refused: ReadonlyMap<string, Refusal>, to: Packer): void {
  to.list(refused, ([id, code]) => {
    to.text(id);
    to.text(code);
  });
}

export function unpackRefused(from: Unpacker): Map<string, Refusal> {
  return new Map(
    from.list(() => {
      const [id, code] = [from.text(), from.text()];
      return [id, isRefusal(code) ? code : from.unfit()] as const;
    }),
  );
}

/** Of a key in hex. */
export function bytesOfHex(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (!bytes.ok) throw new TypeError('a key was written without bytes');
  return bytes.value;
}

function nameFrom(from: Unpacker): Entry['name'] {
  // What was packed was the bytes of such a name.
  return from.hash().hex as Entry['name'];
}
