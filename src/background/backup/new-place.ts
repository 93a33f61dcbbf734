import { toBase64Url } from '../../domain/bytes.ts';
import type { StorageMode } from '../../protocol/page-calls.ts';
import { randomBytes } from '../../domain/sodium.ts';
import { UnkeptKeys } from '../../store/unkept-keys.ts';
import type { VaultKeys } from '../../store/vault.ts';
import type { Home } from '../home.ts';
import { createKeys, openKeys } from '../identity.ts';
import type { StoredKeys } from '../local-settings.ts';
import { sealedTable } from '../safe/kept-table.ts';

/** Where this profile's databases are. */
export interface Place {
  readonly mode: StorageMode;
  readonly open: (keys: VaultKeys) => Promise<Home>;
  /** Deletes all of them. */
  readonly erase: () => Promise<void>;
}

/**
 * Where a backup is written before it is anybody's: the databases of a profile without an identity, under a
 * vault key of their own and with a new device. It becomes somebody's when its keys are kept.
 */
export class NewPlace {
  readonly keys: StoredKeys;
  readonly home: Home;
  readonly #place: Place;
  readonly #vaultKeys: UnkeptKeys;

  /** Erases whatever lies there: nobody has keys for it. */
  static async begin(place: Place, root: Uint8Array): Promise<NewPlace> {
    await place.erase();
    const keys = { ...createKeys(), root: toBase64Url(root) };
    const vaultKeys = new UnkeptKeys(openKeys(keys).vault);
    return new NewPlace(place, keys, vaultKeys, await place.open(vaultKeys));
  }

  private constructor(place: Place, keys: StoredKeys, vaultKeys: UnkeptKeys, home: Home) {
    this.#vaultKeys = vaultKeys;
    this.#place = place;
    this.keys = keys;
    this.home = home;
  }

  get mode(): StorageMode {
    return this.#place.mode;
  }

  /** To be kept with the keys. Throws a TypeError before anything was opened there. */
  get table(): string {
    const { table, former } = this.#vaultKeys;
    if (!table) throw new TypeError('a vault that was opened has a table');
    return sealedTable(former, table, randomBytes);
  }

  /** What lies there is to be opened by its keys. */
  close(): Promise<void> {
    return this.home.stores.close();
  }

  /** Nothing of it stays. */
  async discard(): Promise<void> {
    await this.close();
    await this.#place.erase();
  }
}
