import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileSelector } from '../../native-host/endpoint/selector/selector.ts';
import { person } from '../domain/people.ts';
import { couchAt, type Couch } from './couchdb-client.ts';
import { openWorld, type World } from './endpoint-world.ts';

const document = {
  _id: 'd',
  _rev: '1-a',
  n: 5,
  zero: 0,
  none: null,
  yes: true,
  text: 'onion',
  list: [1, 2, 3],
  people: [
    { name: 'Alice', age: 30 },
    { name: 'Bob', age: 50 },
  ],
  deep: { er: { n: 7 }, empty: {} },
  'a.b': 'dot',
};

/** The rules of CouchDB's mango_selector.erl, with what it answers. */
test.each<[selector: object, holds: boolean]>([
  [{}, true],
  [{ n: 5 }, true],
  [{ n: '5' }, false],
  [{ n: 5, text: 'onion' }, true],
  [{ n: 5, text: 'garlic' }, false],
  [{ zero: 0 }, true],
  [{ none: null }, true],
  [{ gone: null }, false],
  [{ 'deep.er.n': 7 }, true],
  [{ deep: { er: { n: 7 } } }, true],
  [{ deep: { empty: {} } }, true],
  [{ deep: {} }, false],
  [{ 'a\\.b': 'dot' }, true],
  [{ 'a.b': 'dot' }, false],
  [{ 'text.length': 5 }, false],
  [{ constructor: { $exists: true } }, false],
  [{ n: { $gt: 4, $lt: 6 } }, true],
  [{ n: { $gt: 4, $lt: 5 } }, false],
  [{ n: { $gte: 5, $lte: 5 } }, true],
  [{ n: { $ne: 5 } }, false],
  [{ gone: { $ne: 5 } }, false],
  [{ gone: { $exists: false } }, true],
  [{ none: { $exists: false } }, false],
  [{ 'deep.er.n.x': { $exists: false } }, true],
  [{ n: { $in: [4, 5] } }, true],
  [{ list: { $in: [3, 9] } }, true],
  [{ list: { $nin: [9] } }, true],
  [{ gone: { $nin: [9] } }, false],
  [{ list: { $all: [1, 3] } }, true],
  [{ list: { $all: [1, 9] } }, false],
  [{ list: { $all: [[1, 2, 3]] } }, true],
  [{ list: { $all: [] } }, false],
  [{ list: { $size: 3 } }, true],
  [{ text: { $size: 5 } }, false],
  [{ n: { $mod: [3, 2] } }, true],
  [{ n: { $type: 'number' } }, true],
  [{ list: { $type: 'array' } }, true],
  [{ none: { $type: 'null' } }, true],
  [{ text: { $regex: '^on.*n$' } }, true],
  [{ n: { $regex: '5' } }, false],
  [{ text: { $beginsWith: 'on' } }, true],
  [{ people: { $elemMatch: { name: 'Bob', age: { $gt: 40 } } } }, true],
  [{ people: { $elemMatch: { name: 'Alice', age: { $gt: 40 } } } }, false],
  [{ people: { $allMatch: { age: { $gte: 30 } } } }, true],
  [{ list: { $elemMatch: { $gt: 2 } } }, true],
  [{ list: { $allMatch: { $gt: 2 } } }, false],
  [{ $and: [{ n: 5 }, { n: 6 }] }, false],
  [{ $and: [{ n: { $gt: 1 } }, { n: { $gt: 9 } }] }, false],
  [{ $or: [{ n: 6 }, { $and: [{ n: 5 }, { zero: 0 }] }] }, true],
  [{ $nor: [{ n: 6 }, { text: 'garlic' }] }, true],
  [{ $not: { $or: [{ n: 6 }, { n: 5 }] } }, false],
  [{ n: { $not: { $eq: 6 } } }, true],
  [{ gone: { $not: { $eq: 6 } } }, true],
  [{ n: { $or: [{ $lt: 1 }, { $gt: 4 }] } }, true],
  [{ n: { $or: [1, 5] } }, true],
  [{ n: { $lt: 'text' } }, true],
  [{ list: { $gt: 'text' } }, true],
  [{ yes: { $lt: 0 } }, true],
])('%j: %s', (selector, holds) => {
  expect(compileSelector(selector)(document)).toBe(holds);
});

const deep = (levels: number): object => (levels === 0 ? { a: 1 } : { a: deep(levels - 1) });

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a list', []],
  ['an unknown operator', { n: { $where: 'true' } }],
  ['a list that is none', { $or: { n: 1 } }],
  ['a pattern that is none', { n: { $regex: '(' } }],
  ['a division by nothing', { n: { $mod: [0, 1] } }],
  ['a type that is none', { n: { $type: 'date' } }],
  ['a selector without end', deep(60)],
  ['too many conditions', { $or: Array.from({ length: 1_001 }, (_, n) => ({ n })) }],
])('%s is no selector', (_, selector) => {
  expect(() => compileSelector(selector)).toThrow(expect.objectContaining({ status: 400 }));
});

let world: World;
let couch: Couch;
beforeAll(async () => {
  world = await openWorld(person('Alice').identity.address);
  couch = couchAt(world.open);
  await couch('PUT', '/db');
  await couch('POST', '/db/_bulk_docs', {
    body: {
      docs: [
        { _id: 'a', type: 'post' },
        { _id: 'b', type: 'note' },
        { _id: '_design/app', type: 'post' },
        { _id: 'long', text: `${'a'.repeat(40)}!` },
      ],
    },
  });
  await couch('POST', '/db/_bulk_docs', {
    body: { new_edits: false, docs: [{ _id: 'b', _rev: '1-0', type: 'post' }] },
  });
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});

const ids = async (query: string, body?: unknown) => {
  const answer = await couch(body ? 'POST' : 'GET', `/db/_changes?${query}`, { body });
  return (answer.json as { results: { id: string }[] }).results.map(({ id }) => id);
};

test('the changes feed of what a selector names; of every leaf with all_docs', async () => {
  const selector = { type: 'post' };
  expect(await ids('filter=_selector', { selector })).toEqual(['a', '_design/app']);
  expect(await ids('filter=_selector&limit=1&since=1', { selector })).toEqual(['_design/app']);
  const all = await couch('POST', '/db/_changes?filter=_selector&style=all_docs', {
    body: { selector },
  });
  expect(all.json).toMatchObject({
    results: [{ id: 'a' }, { id: '_design/app' }, { id: 'b', changes: [{ rev: '1-0' }] }],
  });
  expect(await ids('filter=_design')).toEqual(['_design/app']);
});

test('a feed of what a selector names waits for such a document', async () => {
  const { update_seq: now } = (await couch('GET', '/db')).json as { update_seq: string };
  const feed = couch('POST', `/db/_changes?filter=_selector&feed=longpoll&since=${now}`, {
    body: { selector: { type: 'new' } },
  });
  await couch('PUT', '/db/other', { body: { type: 'old' } });
  await couch('PUT', '/db/wanted', { body: { type: 'new' } });
  expect((await feed).json).toMatchObject({ results: [{ id: 'wanted' }] });
});

test('a pattern that would take for ever is refused, and nobody waits for it', async () => {
  const answer = await couch('POST', '/db/_changes?filter=_selector', {
    body: { selector: { text: { $regex: '^(a+)+$' } } },
  });
  expect([answer.status, answer.json]).toMatchObject([400, { error: 'bad_request' }]);
});
