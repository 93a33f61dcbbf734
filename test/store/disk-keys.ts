import { randomBytes } from '../../src/domain/sodium.ts';
import { type KeyTable, openKeyTable, sealKeyTable } from '../../src/domain/vault/key-table.ts';
import { createVaultKey } from '../../src/domain/vault/seal.ts';
import type { VaultKeys } from '../../src/store/vault.ts';
import { must } from '../domain/people.ts';

/** What a disk has of the keys: who takes a copy of it, and knows the passphrase, has these. */
export interface KeptKeys {
  readonly vaultKey: Uint8Array;
  readonly table: Uint8Array | undefined;
  /** What was replaced and is to be found on the disk still. */
  readonly old: {
    readonly vaultKeys: readonly Uint8Array[];
    readonly tables: readonly Uint8Array[];
  };
}

/** Every table that somebody with a copy of the disk can open. */
export function tablesIn({ vaultKey, table, old }: KeptKeys): KeyTable[] {
  const tables = table ? [table, ...old.tables] : old.tables;
  return [vaultKey, ...old.vaultKeys].flatMap((key) =>
    tables.flatMap((sealed) => {
      const opened = openKeyTable(key, sealed);
      return opened.ok ? [opened.value] : [];
    }),
  );
}

const newDisk = (): KeptKeys => ({
  vaultKey: createVaultKey(randomBytes),
  table: undefined,
  old: { vaultKeys: [], tables: [] },
});

/** The keys of a vault as a disk keeps them, with the table sealed. */
export class DiskKeys implements VaultKeys {
  disk: KeptKeys;
  /** Before anything is written: may throw. */
  onWrite: () => void = () => undefined;

  constructor(disk: KeptKeys = newDisk()) {
    this.disk = disk;
  }

  get former(): Uint8Array {
    return this.disk.vaultKey;
  }

  get table(): KeyTable | undefined {
    const { vaultKey, table } = this.disk;
    return table && must(openKeyTable(vaultKey, table));
  }

  async keep(table: KeyTable): Promise<void> {
    this.onWrite();
    this.#replace(table, this.disk.vaultKey);
  }

  async rekey(table: KeyTable): Promise<void> {
    this.onWrite();
    const { vaultKey, old } = this.disk;
    this.#replace(table, createVaultKey(randomBytes));
    this.disk = {
      ...this.disk,
      old: { ...this.disk.old, vaultKeys: [vaultKey, ...old.vaultKeys] },
    };
  }

  async forgetOld(): Promise<void> {
    this.onWrite();
    this.disk = { ...this.disk, old: { ...this.disk.old, vaultKeys: [] } };
  }

  #replace(table: KeyTable, vaultKey: Uint8Array): void {
    const { table: before, old } = this.disk;
    const tables = before ? [before, ...old.tables] : old.tables;
    this.disk = {
      vaultKey,
      table: sealKeyTable(vaultKey, table, randomBytes),
      old: { ...old, tables },
    };
  }
}
