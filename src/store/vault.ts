import { createKeyTable, type KeyTable } from '../domain/vault/key-table.ts';
import type { Random } from '../domain/sodium.ts';
import type { Vault } from './ports.ts';
import { SealedVault } from './sealed-vault.ts';
import type { VaultHome } from './vault-home.ts';

/** The keys of the vault's entries, and where they are kept. Nobody but the one open vault changes them. */
export interface VaultKeys {
  /** `undefined` until one was kept. Throws CodedError `data-damaged` for one that doesn't open. */
  readonly table: KeyTable | undefined;
  /** What sealed everything before there was a table. */
  readonly former: Uint8Array;
  /** Resolves when it is durable, in the place of the one before. */
  keep(table: KeyTable): Promise<void>;
  /** The same, and in one write what opens it is another. Rejects only when the one before still holds. */
  rekey(table: KeyTable): Promise<void>;
  /** What opened tables before is to be found on the disk no more: no older copy of one opens. */
  forgetOld(): Promise<void>;
}

/** Which entries are sealed under a key of their own, by the name of the entry. */
export type ScopeOf = (name: string) => string | undefined;

/**
 * Opens the vault and holds all of it in memory. What an earlier version sealed by one key is sealed by the
 * table's first, and purges that were begun are ended. Entries that don't open are left where they are and
 * counted in `damaged`; when none opens, the key is wrong or the data gone bad: CodedError 'data-damaged'.
 */
export async function openVault(
  home: VaultHome,
  keys: VaultKeys,
  random: Random,
  scopeOf: ScopeOf = () => undefined,
): Promise<{ vault: Vault; damaged: number }> {
  const sealed = await home.load();
  const { table = createKeyTable(random, sealed.length > 0 ? keys.former : undefined) } = keys;
  const vault = new SealedVault({ home, keys, random, scopeOf }, table);
  const damaged = vault.take(sealed);
  if (keys.table === undefined) await keys.keep(table);
  await vault.settle();
  return { vault, damaged };
}
