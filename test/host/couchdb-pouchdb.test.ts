import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { person } from '../domain/people.ts';
import { openWorld, type World } from './endpoint-world.ts';
import { atServer, contents, fill, inMemory } from './replicating.ts';

/** PouchDB with its own HTTP, as any program that uses it comes to the door opened by hand. */
let world: World;
beforeAll(async () => {
  world = await openWorld(person('Alice').identity.address);
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});

let count = 0;
let name: string;
beforeEach(() => {
  name = `pouch${(count += 1)}`;
});
const text = async (attachment: Promise<unknown>) => ((await attachment) as Buffer).toString();
const there = () => atServer(world.open.port, name);

describe('replication', () => {
  test.each([10, 1_000])('there and back in batches of %i nothing is lost', async (batch) => {
    const here = inMemory();
    await fill(here, 'mine');
    await here.replicate.to(there(), { batch_size: batch });
    expect(await contents(there())).toEqual(await contents(here));
    const back = inMemory();
    await back.replicate.from(there(), { batch_size: batch });
    expect(await contents(back)).toEqual(await contents(here));
    expect((await back.replicate.from(there())).docs_written).toBe(0);
  });

  test('of chosen ids, of what a selector names, and of what a function here lets through', async () => {
    await there().bulkDocs(
      ['a', 'b', 'c', 'd'].map((_id, n) => ({ _id, n, kind: n % 2 ? 'odd' : 'even' })),
    );
    const ids = async (options: object) => {
      const here = inMemory();
      await here.replicate.from(there(), options);
      return (await here.allDocs()).rows.map(({ id }) => id);
    };
    expect(await ids({ doc_ids: ['b', 'zz', 'd'] })).toEqual(['b', 'd']);
    expect(await ids({ selector: { kind: 'even', n: { $gt: 0 } } })).toEqual(['c']);
    expect(await ids({ filter: ({ n }: { n: number }) => n > 1 })).toEqual(['c', 'd']);
    expect(await ids({ since: (await there().info()).update_seq })).toEqual([]);
  });

  test.each(['source', 'target'])(
    'with its checkpoint at the %s only it goes on there',
    async (at) => {
      const here = inMemory();
      await here.bulkDocs([{ _id: 'a' }, { _id: 'b' }]);
      expect((await here.replicate.to(there(), { checkpoint: at })).docs_written).toBe(2);
      await here.put({ _id: 'c' });
      expect((await here.replicate.to(there(), { checkpoint: at })).docs_written).toBe(1);
      const back = inMemory();
      expect((await back.replicate.from(there(), { checkpoint: at })).docs_written).toBe(3);
      await there().put({ _id: 'd' });
      expect((await back.replicate.from(there(), { checkpoint: at })).docs_written).toBe(1);
    },
  );

  test('live, of what a selector names only', async () => {
    const here = inMemory();
    const selector = { kind: 'wanted' };
    const live = here.replicate.from(there(), { live: true, retry: true, selector });
    try {
      await there().put({ _id: 'no', kind: 'other' });
      await there().put({ _id: 'yes', kind: 'wanted' });
      await vi.waitFor(() => here.get('yes'), { timeout: 20_000, interval: 50 });
      await expect(here.get('no')).rejects.toMatchObject({ status: 404 });
    } finally {
      live.cancel();
    }
  });

  test('live with attachments, both ways', async () => {
    const here = inMemory();
    const live = here.sync(there(), { live: true, retry: true });
    const attachment = { content_type: 'text/plain', data: 'aGk=' };
    try {
      await here.put({ _id: 'up', _attachments: { a: attachment } });
      await there().put({ _id: 'down', _attachments: { a: attachment } });
      const both = async () => [
        await text(there().getAttachment('up', 'a')),
        await text(here.getAttachment('down', 'a')),
      ];
      const found = await vi.waitFor(both, { timeout: 20_000, interval: 50 });
      expect(found).toEqual(['hi', 'hi']);
    } finally {
      live.cancel();
    }
  });
});

describe('as a database', () => {
  test('attachments are put, read at any revision and removed', async () => {
    const database = there();
    const one = await database.putAttachment('doc', 'a file.txt', Buffer.from('one'), 'text/plain');
    const two = await database.putAttachment(
      'doc',
      'folder/x',
      one.rev,
      Buffer.from([0, 255, 10, 13]),
      'image/x',
    );
    expect(await text(database.getAttachment('doc', 'a file.txt'))).toBe('one');
    const bytes = (await database.getAttachment('doc', 'folder/x')) as Buffer;
    expect(bytes.toString('hex')).toBe('00ff0a0d');
    const whole = await database.get('doc', { attachments: true });
    expect(whole['_attachments']).toMatchObject({ 'folder/x': { data: 'AP8KDQ==' } });
    await expect(
      database.putAttachment('doc', 'y', one.rev, Buffer.from('late'), 'text/plain'),
    ).rejects.toMatchObject({ status: 409, name: 'conflict' });
    await database.removeAttachment('doc', 'a file.txt', two.rev);
    await expect(database.getAttachment('doc', 'a file.txt')).rejects.toMatchObject({
      status: 404,
    });
    const before = database.getAttachment('doc', 'a file.txt', { rev: one.rev });
    expect(await text(before)).toBe('one');
  });

  test('what is read by revision, compacted and gone says so', async () => {
    const database = there();
    const one = await database.put({ _id: 'a', n: 1 });
    const two = await database.put({ _id: 'a', n: 2, _rev: one.rev });
    expect(await database.get('a', { rev: one.rev })).toMatchObject({ n: 1 });
    await database.compact();
    await expect(database.get('a', { rev: one.rev })).rejects.toMatchObject({ status: 404 });
    expect(await database.get('a', { revs_info: true })).toMatchObject({
      _revs_info: [
        { rev: two.rev, status: 'available' },
        { rev: one.rev, status: 'missing' },
      ],
    });
    await database.remove('a', two.rev);
    await expect(database.get('a')).rejects.toMatchObject({ status: 404, reason: 'deleted' });
    await expect(database.put({ _id: 'a', _rev: one.rev })).rejects.toMatchObject({
      status: 409,
      name: 'conflict',
    });
    expect((await database.put({ _id: 'a', again: true })).rev).toMatch(/^4-/);
  });

  test('changes heard live carry their documents', async () => {
    const database = there();
    const heard: unknown[] = [];
    const feed = database
      .changes({ live: true, since: 'now', include_docs: true })
      .on('change', ({ doc }) => heard.push(doc));
    try {
      // The feed may begin after the first: then it hears of the next.
      await vi.waitFor(
        async () => {
          await database.put({ _id: `d${heard.length}-${Math.random()}`, n: 7 });
          expect(heard).not.toEqual([]);
        },
        { timeout: 20_000, interval: 200 },
      );
      expect(heard[0]).toMatchObject({ n: 7 });
    } finally {
      feed.cancel();
    }
  });
});
