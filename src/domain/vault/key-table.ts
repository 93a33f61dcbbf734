import { concat } from '../bytes.ts';
import { decodeCbor, encodeCbor } from '../cbor.ts';
import {
  decodeFieldsWithOptional,
  isHash,
  listOf,
  oneOf,
  recordOf,
  textOf,
  type Decoded,
} from '../fields.ts';
import { deriveKey, domainString } from '../hash.ts';
import { padTo, unpadFrom } from '../padding.ts';
import { accept, refuse, type Result } from '../result.ts';
import { type Random, xchachaOpen, xchachaSeal } from '../sodium.ts';

/**
 * The keys that seal what is kept, each by itself: who destroys one has destroyed all that it sealed. The
 * table is rewritten whole, and what opens it is another after each purge, so that no older copy of it opens.
 */
export interface KeyTable {
  /** Of what belongs to no scope. */
  readonly general: Uint8Array;
  /** By the name of a space, or of whom something was written with. */
  readonly scopes: ReadonlyMap<string, Uint8Array>;
  /** What sealed everything before there was a table, until nothing is sealed by it any more. */
  readonly former?: Uint8Array;
}

const nonceBytes = 24;
/** Sizes go in steps of so many bytes: how many spaces there are shows only roughly. */
const stepBytes = 8_192;
const mostScopes = 100_000;
const scope = { n: textOf(200, 1), k: isHash };

/** @param former what has sealed everything so far, if there is anything */
export function createKeyTable(random: Random, former?: Uint8Array): KeyTable {
  const table = { general: random(32), scopes: new Map() };
  return former === undefined ? table : { ...table, former };
}

/** With a new key for each of these that has none; the same table where all have. */
export function withScopes(table: KeyTable, names: Iterable<string>, random: Random): KeyTable {
  const missing = [...new Set(names)].filter((name) => !table.scopes.has(name));
  if (missing.length === 0) return table;
  const added = missing.map((name) => [name, random(32)] as const);
  return { ...table, scopes: new Map([...table.scopes, ...added]) };
}

/** Without the keys of these. */
export function withoutScopes(table: KeyTable, names: ReadonlySet<string>): KeyTable {
  const kept = [...table.scopes].filter(([name]) => !names.has(name));
  return { ...table, scopes: new Map(kept) };
}

/** Nothing is sealed by the former key any more. */
export function withoutFormer({ general, scopes }: KeyTable): KeyTable {
  return { general, scopes };
}

/** nonce ‖ ciphertext of the padded table, under the vault's key. */
export function sealKeyTable(vaultKey: Uint8Array, table: KeyTable, random: Random): Uint8Array {
  const { general, scopes, former } = table;
  const content = encodeCbor({
    v: 1,
    g: general,
    s: [...scopes].map(([n, k]): Decoded<typeof scope> => ({ n, k })),
    ...(former === undefined ? {} : { f: former }),
  });
  const nonce = random(nonceBytes);
  const size = Math.ceil((content.length + 4) / stepBytes) * stepBytes;
  return concat(nonce, xchachaSeal(cipher(vaultKey, nonce), padTo(size, content)));
}

/** Refuses with `undecryptable` for another vault's key, and for a table that was changed. */
export function openKeyTable(vaultKey: Uint8Array, sealed: Uint8Array): Result<KeyTable> {
  if (sealed.length < nonceBytes) return refuse('malformed');
  const nonce = sealed.subarray(0, nonceBytes);
  const padded = xchachaOpen(cipher(vaultKey, nonce), sealed.subarray(nonceBytes));
  if (padded === undefined) return refuse('undecryptable');
  const content = unpadFrom(padded.length, padded);
  if (!content.ok) return content;
  const cbor = decodeCbor(content.value);
  if (!cbor.ok) return cbor;
  const fields = decodeFieldsWithOptional(
    cbor.value,
    { v: oneOf(1), g: isHash, s: listOf(recordOf(scope), mostScopes) },
    { f: isHash },
  );
  if (!fields.ok) return fields;
  const { g: general, s, f: former } = fields.value;
  const scopes = new Map(s.map(({ n, k }) => [n, k]));
  if (scopes.size < s.length) return refuse('malformed');
  return accept({ general, scopes, ...(former === undefined ? {} : { former }) });
}

function cipher(vaultKey: Uint8Array, nonce: Uint8Array) {
  return { key: deriveKey(vaultKey, 'key-table'), nonce, associated: domainString('key-table') };
}
