import { fromBase64Url } from '../../src/domain/bytes.ts';
import { openKeyTable } from '../../src/domain/vault/key-table.ts';
import { tableSeal } from '../../src/domain/vault/table-seal.ts';
import { openKeys } from '../../src/background/identity.ts';
import type { LocalSettings } from '../../src/background/local-settings.ts';
import type { VaultHome } from '../../src/store/vault-home.ts';
import { must } from '../domain/people.ts';

/** What somebody has who takes the disk and knows the passphrase: of each file all that it ever was. */
export interface RawCopy {
  readonly kept: LocalSettings;
  readonly tables: readonly string[];
  readonly entries: readonly { readonly id: string; readonly c: string }[];
}

/**
 * More than any disk keeps: every entry of the vault that was ever written, and every key table. Only the key sheet
 * is as it is now, because what the browser's storage lets go of is written over.
 */
export class LastingDisk {
  readonly #entries: { id: string; c: string }[] = [];
  readonly #tables = new Set<string>();
  #kept: () => LocalSettings = () => ({});

  /** This home, with a memory. */
  over(home: VaultHome, kept: () => LocalSettings): VaultHome {
    this.#kept = kept;
    return {
      load: () => home.load(),
      write: async (changes) => {
        for (const { id, c } of changes) if (c !== undefined) this.#entries.push({ id, c });
        this.#note();
        await home.write(changes);
      },
    };
  }

  get copy(): RawCopy {
    this.#note();
    return { kept: this.#kept(), tables: [...this.#tables], entries: [...this.#entries] };
  }

  #note(): void {
    const { table } = this.#kept();
    if (typeof table === 'string') this.#tables.add(table);
  }
}

/** All entries that open, as `name: value`. @param entries where they are looked for, if not in the copy itself */
export function openedIn({ kept, tables, entries: own }: RawCopy, entries = own): string[] {
  if (kept.keys?.version !== 1) throw new TypeError('a copy is opened with its keys');
  const { vault } = openKeys(kept.keys);
  const seals = tables.flatMap((text) => {
    const table = openKeyTable(vault, must(fromBase64Url(text)));
    return table.ok ? [tableSeal(table.value)] : [];
  });
  const opened = seals.flatMap((seal) => entries.map((entry) => seal.open(entry)));
  const texts = opened.flatMap((one) =>
    one.ok ? [`${one.value.name}: ${new TextDecoder().decode(one.value.value)}`] : [],
  );
  return [...new Set(texts)];
}
