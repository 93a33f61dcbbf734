import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { person } from '../domain/people.ts';
import { openWorld, type World } from './endpoint-world.ts';
import { atServer, inMemory, type Replicating } from './replicating.ts';

/**
 * What PouchDB's own integration suite looks at, in our words: each program is run on a database at our open
 * door and on one of PouchDB's in memory, and both have to say the same.
 */
let world: World;
beforeAll(async () => {
  world = await openWorld(person('Alice').identity.address);
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});

type Program = (database: Replicating) => Promise<unknown>;

let count = 0;
async function bothSay(program: Program): Promise<unknown> {
  const [here, there] = [inMemory(), atServer(world.open.port, `suite${(count += 1)}`)];
  const said = comparable(await program(here));
  expect(comparable(await program(there))).toEqual(said);
  return said;
}

/** Without what each server decides for itself: its numbers, its words, and the order of leaves. */
function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part: unknown) => {
      if (own.has(key)) return undefined;
      if (isRefusal(part)) return part.missing ?? part.status;
      return key === 'changes' ? (part as { rev: string }[]).toSorted(byRevision) : part;
    }),
  ) as unknown;
}
/** PouchDB makes its errors of them, with all that is in those. */
const isRefusal = (part: unknown): part is { status: number; missing?: string } =>
  typeof part === 'object' &&
  part !== null &&
  ('missing' in part || 'stack' in part || 'status' in part);
const byRevision = (a: { rev: string }, b: { rev: string }) => (a.rev < b.rev ? -1 : 1);
const own = new Set(['seq', 'last_seq', 'update_seq', 'pending', 'offset', 'length']);

/** What was answered, or with which status it was refused; the words differ. */
async function outcome(asked: Promise<unknown>): Promise<unknown> {
  try {
    return await asked;
  } catch (error) {
    return { status: (error as { status: number }).status };
  }
}

const branch = (rev: string, before: string[], more: object = {}) => {
  const [generation = '', hash = ''] = rev.split('-');
  const ids = [hash, ...before];
  return { _id: 'a', _rev: rev, _revisions: { start: Number(generation), ids }, ...more };
};
/** Three leaves, one of them deleted. */
const conflicted: Program = (database) =>
  database.bulkDocs(
    [
      branch('1-a', [], { n: 0 }),
      branch('2-b', ['a'], { n: 1 }),
      branch('3-c', ['b', 'a'], { n: 2 }),
      branch('2-d', ['a'], { n: 3 }),
      branch('2-e', ['a'], { _deleted: true }),
    ],
    { new_edits: false },
  );
const letters = ['a', 'b', 'c', 'd', 'e', 'f'];
const six: Program = (database) => database.bulkDocs(letters.map((_id, n) => ({ _id, n })));

const reads: Record<string, Program> = {
  'the winner': (db) => db.get('a'),
  'with its conflicts': (db) => db.get('a', { conflicts: true }),
  'with its history': (db) => db.get('a', { revs: true, revs_info: true }),
  'an older revision with its history': (db) => db.get('a', { rev: '2-b', revs: true }),
  'a branch': (db) => db.get('a', { rev: '2-d', conflicts: true }),
  'a deleted branch': (db) => db.get('a', { rev: '2-e', revs: true }),
  'what came of a revision': (db) => db.get('a', { rev: '2-b', latest: true }),
  'every leaf': async (db) =>
    ((await db.get('a', { open_revs: 'all', revs: true })) as { ok: { _rev: string } }[]).toSorted(
      (a, b) => (a.ok._rev < b.ok._rev ? -1 : 1),
    ),
  'some leaves': (db) => db.get('a', { open_revs: ['2-d', '3-c', '9-z'] }),
  'a revision never heard of': (db) => outcome(db.get('a', { rev: '9-z' })),
  'a document never heard of': (db) => outcome(db.get('z', { open_revs: ['2-x'] })),
  'many at once': (db) =>
    db.bulkGet({
      docs: [
        { id: 'a', rev: '2-d' },
        { id: 'a', rev: '2-e' },
      ],
      revs: true,
    }),
  'every change': (db) => db.changes({ style: 'all_docs', since: 0 }),
  'every change with its document': (db) =>
    db.changes({ include_docs: true, conflicts: true, since: 0 }),
  'rows with conflicts': (db) => db.allDocs({ include_docs: true, conflicts: true }),
  'what is missing': (db) => db.revsDiff({ a: ['1-a', '2-x', '3-c'], b: ['1-y'] }),
};

describe('a document with branches', () => {
  test.each(Object.entries(reads))('%s', async (_, program) => {
    await bothSay(async (database) => [await conflicted(database), await program(database)]);
  });

  test('is edited, resolved and deleted to the last leaf', async () => {
    await bothSay(async (db) => {
      await conflicted(db);
      const steps = [
        await outcome(db.put({ _id: 'a', _rev: '2-b', late: true })),
        await outcome(db.put({ _id: 'a', _rev: '3-c', n: 4 })),
        await outcome(db.remove('a', '2-d')),
        await outcome(db.get('a', { conflicts: true })),
      ];
      const { _rev: rev } = await db.get('a');
      return [...steps, await db.remove('a', rev), await outcome(db.get('a')), await db.allDocs()];
    });
  });

  test('whose history does not agree with its revision goes by its history', async () => {
    const said = await bothSay(async (db) => {
      await db.bulkDocs([{ ...branch('2-c', ['a']), _rev: '3-c', n: 1 }], { new_edits: false });
      return db.get('a', { revs: true });
    });
    expect(said).toMatchObject({ _rev: '2-c', n: 1 });
  });
});

const ranges: [what: string, options: object][] = [
  ['all', {}],
  ['from', { startkey: 'c' }],
  ['to', { endkey: 'c' }],
  ['to but not with', { endkey: 'c', inclusive_end: false }],
  ['between', { startkey: 'b', endkey: 'd' }],
  ['backwards', { startkey: 'd', endkey: 'b', descending: true }],
  [
    'backwards but not with',
    { startkey: 'd', endkey: 'b', descending: true, inclusive_end: false },
  ],
  ['a range turned round', { startkey: 'd', endkey: 'b' }],
  ['one', { key: 'c' }],
  ['none', { key: 'x' }],
  ['a page', { limit: 2, skip: 3 }],
  ['a page backwards', { limit: 2, skip: 3, descending: true }],
  ['past the end', { skip: 9 }],
  ['nothing', { limit: 0 }],
  ['by key', { keys: ['f', 'a', 'x', 'a'] }],
  ['by key, backwards', { keys: ['f', 'a', 'x'], descending: true }],
  ['by key, some', { keys: ['f', 'a', 'x'], skip: 1, limit: 1 }],
  ['by no key', { keys: [] }],
];

describe('rows', () => {
  test.each(ranges)('%s', async (_, options) => {
    await bothSay(async (database) => {
      await six(database);
      const { rev } = await database.put({ _id: 'bb' });
      await database.remove('bb', rev);
      return database.allDocs({ include_docs: true, ...options });
    });
  });

  test('of documents that are deleted, and of names that mean something elsewhere', async () => {
    await bothSay(async (db) => {
      const names = ['constructor', 'toString', 'a/b', 'ä€😀', '_design/x/y', ' '];
      const written = await db.bulkDocs(names.map((_id) => ({ _id })));
      const gone = await db.get('toString');
      await db.remove(gone);
      const each = await Promise.all(names.map((id) => outcome(db.get(id))));
      const rows = await db.allDocs({ keys: names, include_docs: true });
      return [written, each, rows, (await db.allDocs()).rows.length];
    });
  });
});

describe('changes', () => {
  test.each<[string, object]>([
    ['all', {}],
    ['some', { limit: 2 }],
    ['the newest', { descending: true, limit: 2 }],
    ['of some documents', { doc_ids: ['b', 'x', 'f'] }],
    ['of what matches', { selector: { n: { $gte: 3 } } }],
    ['that pass a function here', { filter: ({ n }: { n: number }) => n % 2 === 0 }],
    ['since now', { since: 'now' }],
  ])('%s', async (_, options) => {
    await bothSay(async (database) => {
      await six(database);
      await database.remove(await database.get('c'));
      await database.put({ ...(await database.get('a')), again: true });
      return database.changes({ since: 0, include_docs: true, ...options });
    });
  });

  test('page by page nothing is told twice or left out', async () => {
    await bothSay(async (database) => {
      await six(database);
      const ids: string[] = [];
      let since: string | number = 0;
      for (;;) {
        const page: PouchDB.Core.ChangesResponse<object> = await database.changes({
          since,
          limit: 4,
        });
        if (page.results.length === 0) return ids;
        ids.push(...page.results.map(({ id }) => id));
        since = page.last_seq;
      }
    });
  });
});

describe('writing', () => {
  test.each<[string, object[], object]>([
    [
      'one id twice',
      [
        { _id: 'x', n: 1 },
        { _id: 'x', n: 2 },
      ],
      {},
    ],
    [
      'one revision twice',
      [
        { _id: 'x', _rev: '1-a' },
        { _id: 'x', _rev: '1-a' },
      ],
      { new_edits: false },
    ],
    [
      'two revisions of one id',
      [
        { _id: 'x', _rev: '1-a' },
        { _id: 'x', _rev: '1-b' },
      ],
      { new_edits: false },
    ],
    ['deletions of what never was', [{ _id: 'x', _deleted: true }], {}],
    ['a finished deletion', [{ _id: 'x', _rev: '2-b', _deleted: true }], { new_edits: false }],
    [
      'good ones beside a conflict',
      [
        { _id: 'a', n: 1 },
        { _id: 'y', n: 2 },
      ],
      {},
    ],
    ['local ones', [{ _id: '_local/x', n: 1 }, { _id: 'y' }], {}],
    ['nothing', [], {}],
  ])('%s', async (_, documents, options) => {
    await bothSay(async (database) => {
      await database.put({ _id: 'a' });
      const written = await database.bulkDocs(documents, options);
      const changes = await database.changes({ since: 0, style: 'all_docs', include_docs: true });
      return [written, changes, (await database.info()).doc_count];
    });
  });

  test.each<[string, object]>([
    ['an id that is reserved', { _id: '_x' }],
    ['a revision that is none', { _id: 'x', _rev: 'one' }],
    ['a revision never heard of', { _id: 'x', _rev: '1-a' }],
    ['a deletion of a revision never heard of', { _id: 'a', _rev: '1-b', _deleted: true }],
  ])('%s is refused', async (_, document) => {
    const statusOf = async (database: Replicating) => {
      await database.put({ _id: 'a' });
      const { status } = (await outcome(database.put(document as { _id: string }))) as {
        status: number;
      };
      return Math.floor(status / 100);
    };
    expect(await bothSay(statusOf)).toBe(4);
  });

  test('what was deleted is made again, on top of what it was', async () => {
    await bothSay(async (db) => {
      const { rev } = await db.put({ _id: 'a', n: 1 });
      const removed = await db.remove('a', rev);
      const again = await db.put({ _id: 'a', n: 2 });
      const history = await db.get('a', { revs: true, revs_info: true });
      return [removed, again, history, await outcome(db.put({ _id: 'a', _rev: removed.rev }))];
    });
  });

  test('local documents have revisions of their own and no history', async () => {
    await bothSay(async (db) => {
      const one = await db.put({ _id: '_local/x', n: 1 });
      const steps = [
        one,
        await outcome(db.put({ _id: '_local/x', n: 2 })),
        await outcome(db.put({ _id: '_local/x', n: 3, _rev: one.rev })),
        await outcome(db.get('_local/x')),
      ];
      const now = await db.get('_local/x');
      await db.remove(now);
      return [...steps, await outcome(db.get('_local/x')), await db.allDocs()];
    });
  });

  test('attachments stay with what is written over them, until they are left out', async () => {
    const file = { content_type: 'text/plain', data: 'aGVsbG8=' };
    await bothSay(async (db) => {
      const one = await db.put({ _id: 'a', _attachments: { 'f g.txt': file, 'x/y': file } });
      const stubs = await db.get('a');
      const two = await db.put({ ...stubs, n: 2 });
      const both = await db.get('a', { attachments: true });
      const { 'x/y': kept } = (await db.get('a'))['_attachments'] ?? {};
      await db.put({ _id: 'a', _rev: two.rev, _attachments: { 'x/y': kept } } as { _id: string });
      return [
        one,
        both,
        await db.get('a'),
        await outcome(db.getAttachment('a', 'f g.txt')),
        ((await db.getAttachment('a', 'f g.txt', { rev: one.rev })) as Buffer).toString(),
        (await db.changes({ since: 0, include_docs: true, attachments: true })).results,
        (await db.allDocs({ include_docs: true, attachments: true })).rows,
      ];
    });
  });
});

test('both ends edit, and after both have synchronised twice both show the same', async () => {
  const said = await bothSay(async (db) => {
    const other = inMemory();
    await db.put({ _id: 'a', n: 0 });
    await other.sync(db);
    await db.put({ ...(await db.get('a')), by: 'one' });
    await other.put({ ...(await other.get('a')), by: 'other' });
    await other.put({ ...(await other.get('a')), by: 'other again' });
    await other.sync(db);
    const [there, here] = [db, other].map((each) => each.get('a', { conflicts: true }));
    return [await there, await here];
  });
  const [there, here] = said as [unknown, unknown];
  expect(there).toEqual(here);
});
