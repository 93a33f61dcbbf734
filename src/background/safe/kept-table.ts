import { fromBase64Url, toBase64Url } from '../../domain/bytes.ts';
import type { Random } from '../../domain/sodium.ts';
import { type KeyTable, openKeyTable, sealKeyTable } from '../../domain/vault/key-table.ts';
import { CodedError } from '../../protocol/codes.ts';
import type { VaultKeys } from '../../store/vault.ts';
import type { OwnSettings } from '../own-settings.ts';
import type { Safe } from './safe.ts';

/** For the settings, under the vault's key. */
export function sealedTable(vaultKey: Uint8Array, table: KeyTable, random: Random): string {
  return toBase64Url(sealKeyTable(vaultKey, table, random));
}

/**
 * The key table beside the key sheet, each an item of its own that is rewritten whole. A purge writes both
 * at once, the sheet with another vault's key: there is no moment in which one doesn't open the other.
 */
export class KeptTable implements VaultKeys {
  readonly #safe: Pick<Safe, 'vaultKey' | 'rekey' | 'forgetOld'>;
  readonly #settings: Pick<OwnSettings, 'value' | 'remember'>;
  readonly #random: Random;

  constructor(
    safe: Pick<Safe, 'vaultKey' | 'rekey' | 'forgetOld'>,
    settings: Pick<OwnSettings, 'value' | 'remember'>,
    random: Random,
  ) {
    this.#safe = safe;
    this.#settings = settings;
    this.#random = random;
  }

  get table(): KeyTable | undefined {
    const text = this.#settings.value.table ?? undefined;
    if (text === undefined) return undefined;
    const bytes = fromBase64Url(text);
    const opened = bytes.ok ? openKeyTable(this.former, bytes.value) : bytes;
    if (!opened.ok) throw new CodedError('data-damaged', 'key table');
    return opened.value;
  }

  get former(): Uint8Array {
    const { vaultKey } = this.#safe;
    if (vaultKey === undefined) throw new CodedError('locked');
    return vaultKey;
  }

  async keep(table: KeyTable): Promise<void> {
    await this.#settings.remember({ table: sealedTable(this.former, table, this.#random) });
  }

  rekey(table: KeyTable): Promise<void> {
    return this.#safe.rekey((vaultKey) => sealedTable(vaultKey, table, this.#random));
  }

  forgetOld(): Promise<void> {
    return this.#safe.forgetOld();
  }
}
