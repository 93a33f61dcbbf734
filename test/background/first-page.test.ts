import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FirstPage } from '../../src/background/first-page/first-page.ts';
import { AutoLock } from '../../src/background/safe/auto-lock.ts';
import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { createVaultKey } from '../../src/domain/vault/seal.ts';
import type { FeedView, PostView } from '../../src/protocol/page-calls.ts';
import { firstPageItems, readableFirstPage } from '../../src/protocol/page-calls/first-page.ts';
import { FakeClock } from '../sync/fake-clock.ts';
import { TestSessionArea } from '../store/session-area.ts';

beforeAll(() => sodiumReady());

let area: TestSessionArea;
/** What pages read. */
let shown: TestSessionArea;
let key: Uint8Array | undefined;
/** What was put off, to be run by hand. */
let waiting: (() => void)[];
let failures: unknown[];
beforeEach(() => {
  area = new TestSessionArea();
  shown = new TestSessionArea();
  key = createVaultKey(randomBytes);
  waiting = [];
  failures = [];
});

function start(): FirstPage {
  return new FirstPage({
    area,
    shown,
    key: () => key,
    random: randomBytes,
    after: (_milliseconds, run) => {
      waiting.push(run);
      return () => {
        waiting = waiting.filter((one) => one !== run);
      };
    },
    failed: (error) => failures.push(error),
  });
}

/** Lets what was put off happen, to its end. */
async function calm(page: FirstPage): Promise<void> {
  for (const run of waiting.splice(0)) run();
  await turn();
  // One thing happens after the other: this one is the last.
  await page.without(() => Promise.resolve()).catch(() => undefined);
}
const turn = () => new Promise((resolve) => setTimeout(resolve));

const stored = async () => (await area.get(null))['firstPage'];
const readable = async () => (await shown.get(null))['firstPage'];

const post = (text: string, more: Partial<PostView> = {}): PostView => ({
  id: 'done',
  cursor: '',
  space: { name: 'sone', kind: 'blog', title: 'Notes' },
  authorAddress: 'a'.repeat(56),
  authorName: 'Bob',
  mine: false,
  title: '',
  text,
  files: [{ name: 'map.png', type: 'image/png', size: 9, here: 1 }],
  time: 1,
  unread: true,
  edited: false,
  replies: 0,
  reactions: [],
  may: { reply: true, react: true, change: true },
  ...more,
});
const feed = (...posts: PostView[]) => {
  const view: FeedView = { posts, more: false };
  return () => Promise.resolve(view);
};

async function opened(): Promise<FirstPage> {
  const page = start();
  await page.open();
  return page;
}

describe('the first page', () => {
  async function kept(...posts: PostView[]): Promise<void> {
    const page = await opened();
    page.follow(feed(...posts));
    for (const run of waiting.splice(0)) run();
    await turn();
    await page.close();
  }

  it('shows after a start what was on top before, to be read', async () => {
    await kept(post('Hello'));
    const page = start();
    page.fetch();
    await page.open();
    expect(page.view?.posts).toEqual([
      expect.objectContaining({ text: 'Hello', authorName: 'Bob', files: ['map.png'] }),
    ]);
    expect(failures).toEqual([]);
  });

  it('is stored sealed', async () => {
    await kept(post('a planted text', { title: 'a planted title' }));
    expect(await stored()).toBeTypeOf('string');
    expect(JSON.stringify(await stored())).not.toMatch(/planted|Bob|map/);
  });

  it('leaves out whose text is not there, and who has no name', async () => {
    const { authorName: _, ...nameless } = post('from a stranger');
    await kept(post('', { missing: 'coming' }), nameless);
    const { view } = await opened();
    expect(view?.posts.map(({ text }) => text)).toEqual(['from a stranger']);
  });

  it('is where pages read it while it may be read, and not once closed', async () => {
    await kept(post('Hello'));
    expect(await readable()).toBeUndefined();
    const page = await opened();
    expect(await readable()).toEqual(page.view);
    page.follow(feed(post('Hello again')));
    for (const run of waiting.splice(0)) run();
    await turn();
    expect(page.view?.posts[0]?.text).toBe('Hello again');
    expect(await readable()).toEqual(page.view);
    await page.close();
    expect([page.view, await readable()]).toEqual([null, undefined]);
  });

  it('is read by no page once it is time to lock, though the background sleeps', async () => {
    await kept(post('Hello'));
    const page = await opened();
    const clock = new FakeClock();
    const lock = new AutoLock({
      session: shown,
      clock,
      wakeIn: () => undefined,
      lock: () => page.close(),
      failed: (error) => failures.push(error),
    });
    const seen = async () => readableFirstPage(await shown.get(firstPageItems), clock.now());
    lock.follow(5);
    await clock.pass(4 * 60_000);
    expect(await seen()).toEqual(page.view);
    clock.forgetTimers();
    await clock.pass(60_000);
    expect([await readable(), await seen()]).toEqual([page.view, undefined]);
    // Set back, the clock says nothing about how long nobody was there.
    expect(readableFirstPage(await shown.get(firstPageItems), 0)).toBeUndefined();
    lock.used();
    await turn();
    expect(await readable()).toBeUndefined();
  });

  it('waits, sealed, while there is no key; what could be read goes', async () => {
    await kept(post('Hello'));
    const right = key;
    await opened();
    expect(await readable()).toBeDefined();
    key = undefined;
    const page = await opened();
    expect([page.view, await readable()]).toEqual([null, undefined]);
    key = right;
    await page.open();
    expect(page.view?.posts).toHaveLength(1);
  });

  it.each([
    ['another key', () => void (key = createVaultKey(randomBytes))],
    ['what is no page', () => area.set({ firstPage: 'v.x' })],
    ['what is no text', () => area.set({ firstPage: { posts: [] } })],
  ])('removes what does not open: %s', async (_what, damage) => {
    await kept(post('Hello'));
    await damage();
    expect((await opened()).view).toBeNull();
    expect(await stored()).toBeUndefined();
  });

  it('is gone before anything is erased, and made anew from what is left', async () => {
    await kept(post('to be erased'));
    const page = await opened();
    let there = [post('to be erased')];
    page.follow(() => Promise.resolve({ posts: there, more: false }));
    await calm(page);
    await page.without(async () => {
      expect([await stored(), await readable(), page.view]).toEqual([undefined, undefined, null]);
      // It changes while it is being erased.
      page.changed();
      for (const run of waiting.splice(0)) run();
      await turn();
      expect([await stored(), await readable()]).toEqual([undefined, undefined]);
      there = [];
    });
    expect(await stored()).toBeUndefined();
    for (const run of waiting.splice(0)) run();
    await turn();
    await page.close();
    expect((await opened()).view).toEqual({ posts: [] });
  });

  it('does not keep a page that was made before something was erased', async () => {
    const page = await opened();
    let answer: (view: FeedView) => void = () => undefined;
    page.follow(() => new Promise((resolve) => (answer = resolve)));
    for (const run of waiting.splice(0)) run();
    await page.without(() => Promise.resolve());
    answer({ posts: [post('erased meanwhile')], more: false });
    await turn();
    expect(await stored()).toBeUndefined();
  });

  it('is made once for many changes', async () => {
    const page = await opened();
    let made = 0;
    page.follow(() => {
      made += 1;
      return feed()();
    });
    page.changed();
    page.changed();
    await calm(page);
    expect(made).toBe(1);
  });
});
