import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Life } from '../src/background/life.ts';
import { createKeys, openKeys } from '../src/background/identity.ts';
import type { StoredKeys } from '../src/background/local-settings.ts';
import { randomBytes, sodiumReady } from '../src/domain/sodium.ts';
import { systemClock } from '../src/store/clock.ts';
import { openNativeStores } from '../src/store/native-stores.ts';
import { databaseVaultHome } from '../src/store/vault-home.ts';
import { openVault } from '../src/store/vault.ts';
import { buildHost, type BuiltHost } from '../test/host/native-host-process.ts';
import { inMilliseconds, line, spread, timed, title } from './lib/figures.ts';
import { HostProcess } from './lib/host-process.ts';
import { fill } from './lib/many-posts.ts';

/**
 * What the popup waits for when 100,000 posts are stored: the background's whole application on a real host process with
 * databases on disk, in Tor Browser's storage mode; no browser, no Tor. FOLDER keeps what was made for the next run.
 */

const amount = {
  friends: Number(process.env['FRIENDS'] ?? 100),
  publicForums: Number(process.env['FORUMS'] ?? 10),
  sealedSpaces: Number(process.env['SEALED'] ?? 10),
  posts: Number(process.env['POSTS'] ?? 834),
};
const all = (amount.friends + amount.publicForums + amount.sealedSpaces) * amount.posts;
const kept = process.env['FOLDER'];
const inMegabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;

globalThis.reportError ??= (error: unknown) => console.error(error);
await sodiumReady();
const folder = kept ?? (await mkdtemp(join(tmpdir(), 'n25-bench-')));
await mkdir(folder, { recursive: true });
const built = buildHost();
try {
  await measure();
} finally {
  built.remove();
  if (kept === undefined) await rm(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  title(`${all.toLocaleString('en')} posts: ${JSON.stringify(amount)}`);
  const keysFile = join(folder, 'keys.json');
  if (!existsSync(keysFile)) {
    const keys = createKeys();
    const { ms } = await timed(() => visit(built, keys, ({ life }) => fill(life.person, amount)));
    line('writing them', `${Math.round(ms / 1_000)} s`);
    await writeFile(keysFile, JSON.stringify(keys));
    await visit(built, keys, async ({ opened }) =>
      line('opened for the first time', inMilliseconds(opened)),
    );
  }
  const keys = JSON.parse(await readFile(keysFile, 'utf8')) as StoredKeys;
  await visit(built, keys, async ({ life, vault, opened }) => {
    line('start: the vault', inMilliseconds(vault));
    line('start: all spaces open', inMilliseconds(opened));
    const { feed } = life.person;
    const pages: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      pages.push((await timed(() => feed.page({ limit: 20 }))).ms);
    }
    line('the newest page of 20, texts too', spread(pages));
    let before: string | undefined;
    for (let round = 0; round < 20; round += 1) {
      const { posts } = await feed.page({
        limit: 100,
        ...(before === undefined ? {} : { before }),
      });
      before = posts.at(-1)?.cursor;
    }
    const deep = await timed(() =>
      feed.page({ limit: 20, ...(before === undefined ? {} : { before }) }),
    );
    line('a page of 20 behind 2,000 others', inMilliseconds(deep.ms));
    await writing(life);
    line('unread', String(feed.unread()));
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    line(
      'memory: of the process / heap / beside it',
      [rss, heapUsed, external].map(inMegabytes).join(' / '),
    );
  });
}

/** From the call to the moment the feed shows it: what a post that arrives costs, and its writing. */
async function writing(life: Life): Promise<void> {
  const { feed, forums } = life.person;
  const spaces = [...feed.spaces];
  const sealed = forums.spaces[0]?.name;
  const open = spaces.find(({ kind }) => kind === 'public-forum')?.name;
  const own = spaces.find(({ mayWrite, kind }) => mayWrite && kind === 'blog')?.name;
  for (const [what, name] of [
    ['our blog', own],
    ['a public forum', open],
    ['a sealed space', sealed],
  ] as const) {
    if (name === undefined) continue;
    const times: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const text = `${round} ${'y'.repeat(600)}`;
      times.push((await timed(() => feed.write(name, { what: 'post', text }))).ms);
    }
    line(`a post in ${what}, written → in the feed`, spread(times));
  }
}

interface Visit {
  readonly life: Life;
  /** How long opening took, in milliseconds. */
  readonly vault: number;
  readonly opened: number;
}

/** The browser starts, and ends again. */
async function visit(
  host: BuiltHost,
  keys: StoredKeys,
  stay: (visit: Visit) => Promise<void>,
): Promise<void> {
  const process = await HostProcess.start(host, folder, 0);
  const { me, vault: key } = openKeys(keys);
  const stores = openNativeStores(process.fetch, systemClock);
  const { ms: vaultMs, value } = await timed(async () =>
    openVault(databaseVaultHome(await stores.open('vault')), key, randomBytes),
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
      },
      'Alice',
    ),
  );
  try {
    await stay({ life, vault: vaultMs, opened: openMs });
  } finally {
    await life.close();
    await process.end();
  }
}
