import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Life } from '../src/background/life.ts';
import { sodiumReady } from '../src/domain/sodium.ts';
import { buildHost } from '../test/host/native-host-process.ts';
import { inMilliseconds, line, spread, timed, title } from './lib/figures.ts';
import { allPosts, amount, manyPostsIn, visit } from './lib/stored-posts.ts';

/**
 * What the popup waits for when 100,000 posts are stored: the background's whole application on a real host process with
 * databases on disk, in Tor Browser's storage mode; no browser, no Tor. FOLDER keeps what was made for the next run.
 */

const kept = process.env['FOLDER'];
const inMegabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;

await sodiumReady();
const folder = kept ?? (await mkdtemp(join(tmpdir(), 'n25-bench-')));
const built = buildHost();
try {
  await measure();
} finally {
  built.remove();
  if (kept === undefined) await rm(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  title(`${allPosts.toLocaleString('en')} posts: ${JSON.stringify(amount)}`);
  const kept = await manyPostsIn(folder, built);
  await visit(built, { folder, kept }, async ({ life, vault, opened }) => {
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
