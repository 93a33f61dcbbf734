import type { KeyTable } from '../domain/vault/key-table.ts';
import type { VaultKeys } from './vault.ts';

/** The keys of a vault that is nobody's yet, in memory until somebody keeps them. */
export class UnkeptKeys implements VaultKeys {
  readonly former: Uint8Array;
  #table: KeyTable | undefined;

  constructor(former: Uint8Array) {
    this.former = former;
  }

  get table(): KeyTable | undefined {
    return this.#table;
  }

  async keep(table: KeyTable): Promise<void> {
    this.#table = table;
  }

  async rekey(table: KeyTable): Promise<void> {
    this.#table = table;
  }

  async forgetOld(): Promise<void> {
    // Nothing of them has been on a disk.
  }
}
