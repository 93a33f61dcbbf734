import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Life } from '../../src/background/life.ts';
import { createKeys, openKeys } from '../../src/background/identity.ts';
import { scopeOf } from '../../src/background/app/vault-scopes.ts';
import type { LocalSettings, StoredKeys } from '../../src/background/local-settings.ts';
import { KeptTable } from '../../src/background/safe/kept-table.ts';
import { toBase64Url } from '../../src/domain/bytes.ts';
import { randomBytes } from '../../src/domain/sodium.ts';
import { createVaultKey } from '../../src/domain/vault/seal.ts';
import { systemClock } from '../../src/store/clock.ts';
import { openNativeStores } from '../../src/store/native-stores.ts';
import { databaseVaultHome } from '../../src/store/vault-home.ts';
import { openVault } from '../../src/store/vault.ts';
import type { BuiltHost } from '../../test/host/native-host-process.ts';
import { TestSessionArea } from '../../test/store/session-area.ts';
import { inMilliseconds, line, timed } from './figures.ts';
import { firstPageIn } from './first-page.ts';
import { HostProcess } from './host-process.ts';
import { type Amount, fill } from './many-posts.ts';

globalThis.reportError ??= (error: unknown) => console.error(error);

export const amount: Amount = {
  friends: Number(process.env['FRIENDS'] ?? 100),
  publicForums: Number(process.env['FORUMS'] ?? 10),
  sealedSpaces: Number(process.env['SEALED'] ?? 10),
  posts: Number(process.env['POSTS'] ?? 834),
};
export const allPosts = (amount.friends + amount.publicForums + amount.sealedSpaces) * amount.posts;

const keptFile = 'kept.json';

/** A person with so many posts in a host's data below this folder, made unless they are there; opened once. */
export async function manyPostsIn(
  folder: string,
  built: BuiltHost,
  posts: Amount = amount,
): Promise<Kept> {
  const file = join(folder, keptFile);
  await mkdir(folder, { recursive: true });
  if (!existsSync(file)) {
    const kept: Kept = { keys: createKeys() };
    const { ms } = await timed(() =>
      visit(built, { folder, kept }, ({ life }) => fill(life.person, posts)),
    );
    line('writing them', `${Math.round(ms / 1_000)} s`);
    await visit(built, { folder, kept }, async ({ opened }) =>
      line('opened for the first time', inMilliseconds(opened)),
    );
  }
  return JSON.parse(await readFile(file, 'utf8')) as Kept;
}

/** What the browser keeps of the person. */
export interface Kept extends Pick<LocalSettings, 'table'> {
  keys: StoredKeys;
}

function tableOf(kept: Kept): KeptTable {
  const settings = {
    value: kept,
    remember: async ({ table }: LocalSettings) => void (kept.table = table),
  };
  const safe = {
    get vaultKey() {
      return openKeys(kept.keys).vault;
    },
    async rekey(sealTable: (vaultKey: Uint8Array) => string) {
      const next = createVaultKey(randomBytes);
      kept.keys = { ...kept.keys, vault: toBase64Url(next) };
      kept.table = sealTable(next);
    },
    forgetOld: async () => undefined,
  };
  return new KeptTable(safe, settings, randomBytes);
}

export interface Visit {
  readonly life: Life;
  /** How long opening took, in milliseconds. */
  readonly vault: number;
  readonly opened: number;
}

/** The browser starts, and ends again. */
export async function visit(
  host: BuiltHost,
  { folder, kept }: { folder: string; kept: Kept },
  stay: (visit: Visit) => Promise<void>,
): Promise<void> {
  const process = await HostProcess.start(host, folder, 0);
  const { me } = openKeys(kept.keys);
  const stores = openNativeStores(process.fetch, systemClock);
  const { ms: vaultMs, value } = await timed(async () =>
    openVault(databaseVaultHome(await stores.open('vault')), tableOf(kept), randomBytes, scopeOf),
  );
  const { ms: openMs, value: life } = await timed(() =>
    Life.open(
      {
        me,
        home: { stores, vault: value.vault },
        changed: () => undefined,
        hostFetch: process.fetch,
        onionFetch: () => Promise.reject(new TypeError('there is no network')),
        gate: async () => false,
        hostIsThere: () => true,
        grant: () => undefined,
        lend: () => undefined,
        wakeIn: () => undefined,
        firstPage: firstPageIn(new TestSessionArea(), openKeys(kept.keys).vault),
      },
      'Alice',
    ),
  );
  try {
    await stay({ life, vault: vaultMs, opened: openMs });
  } finally {
    await life.close();
    await process.end();
    await writeFile(join(folder, keptFile), JSON.stringify(kept));
  }
}
