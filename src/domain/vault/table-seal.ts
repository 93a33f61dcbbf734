import { concat, fromBase64Url, toBase64Url, toHex, utf8 } from '../bytes.ts';
import { decodeFields, isText } from '../fields.ts';
import { deriveKey, domainString } from '../hash.ts';
import { accept, refuse, type Result } from '../result.ts';
import { type Random, xchachaOpen, xchachaSeal } from '../sodium.ts';
import {
  entryId,
  type EntryKeys,
  entryKeysOf,
  entryNonceBytes,
  openBox,
  sealBox,
  type VaultEntry,
} from './entry-box.ts';
import type { KeyTable } from './key-table.ts';
import { openVaultEntry, type VaultEntryJson } from './seal.ts';

/** Under which key of the table: a scope's, or the general one. */
export type ScopeName = string | undefined;

/** An entry as it was found. */
export interface FoundEntry extends VaultEntry {
  readonly scope: ScopeName;
  /** Sealed by the key that sealed everything before there was a table. */
  readonly isFormer: boolean;
}

/** Seals and opens entries of the vault by the keys of one table. */
export interface TableSeal {
  /** Throws a TypeError for a scope that is not in the table, as `seal` does. */
  idOf(scope: ScopeName, name: string): string;
  seal(scope: ScopeName, name: string, value: Uint8Array, random: Random): VaultEntryJson;
  /** Refuses with `undecryptable` what no key of the table opens. */
  open(entry: unknown): Result<FoundEntry>;
}

const tagBytes = 8;
const sealedTagBytes = tagBytes + 16;

interface ScopeKeys extends EntryKeys {
  readonly tag: Uint8Array;
}

/** Tables follow one another and share nearly all keys; what follows from a key goes with it. */
const known = new WeakMap<Uint8Array, ScopeKeys>();

function scopeKeysOf(key: Uint8Array): ScopeKeys {
  const keys = known.get(key) ?? {
    ...entryKeysOf(key),
    tag: deriveKey(key, 'vault-tag').subarray(0, tagBytes),
  };
  known.set(key, keys);
  return keys;
}

/**
 * An entry is nonce ‖ sealed tag ‖ box: the tag, under the general key, tells under which key the box is, so
 * that opening takes no trying; to others nothing shows which entries belong together.
 */
export function tableSeal(table: KeyTable): TableSeal {
  const tagKey = deriveKey(table.general, 'vault-tag-key');
  const ofScope = new Map<ScopeName, ScopeKeys>();
  const ofTag = new Map<string, { readonly scope: ScopeName; readonly keys: ScopeKeys }>();
  const add = (scope: ScopeName, key: Uint8Array): void => {
    const keys = scopeKeysOf(key);
    ofScope.set(scope, keys);
    ofTag.set(toHex(keys.tag), { scope, keys });
  };
  add(undefined, table.general);
  for (const [scope, key] of table.scopes) add(scope, key);

  const keysOf = (scope: ScopeName): ScopeKeys => {
    const keys = ofScope.get(scope);
    if (!keys) throw new TypeError('no key for this scope');
    return keys;
  };
  const tagCipher = (id: string, nonce: Uint8Array) => ({
    key: tagKey,
    nonce,
    associated: concat(domainString('vault-tag'), utf8(id)),
  });

  return {
    idOf: (scope, name) => entryId(keysOf(scope), name),
    seal(scope, name, value, random) {
      const keys = keysOf(scope);
      const id = entryId(keys, name);
      const nonce = random(entryNonceBytes);
      const tag = xchachaSeal(tagCipher(id, nonce), keys.tag);
      return { id, c: toBase64Url(concat(nonce, tag, sealBox(keys, id, nonce, { name, value }))) };
    },
    open(entry) {
      const stored = decodeFields(entry, { id: isText, c: isText });
      if (!stored.ok) return stored;
      const { id, c } = stored.value;
      const sealed = fromBase64Url(c);
      if (!sealed.ok) return sealed;
      const boxAt = entryNonceBytes + sealedTagBytes;
      if (sealed.value.length < boxAt) return refuse('malformed');
      const nonce = sealed.value.subarray(0, entryNonceBytes);
      const tag = xchachaOpen(tagCipher(id, nonce), sealed.value.subarray(entryNonceBytes, boxAt));
      const found = tag && ofTag.get(toHex(tag));
      if (found) {
        const opened = openBox(found.keys, id, nonce, sealed.value.subarray(boxAt));
        if (!opened.ok) return opened;
        return accept({ ...opened.value, scope: found.scope, isFormer: false });
      }
      if (!table.former) return refuse('undecryptable');
      const former = openVaultEntry(table.former, stored.value);
      return former.ok ? accept({ ...former.value, scope: undefined, isFormer: true }) : former;
    },
  };
}
