import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { revisionOf } from '../../src/domain/document/id.ts';
import { systemClock } from '../../src/store/clock.ts';
import { readChanges } from '../../src/store/documents.ts';
import { openMemoryStores } from '../../src/store/memory-stores.ts';
import type { SpaceStores, StoredDocument } from '../../src/store/ports.ts';
import { createOnionFetch } from '../../src/sync/onion-fetch.ts';
import { createPeerSync } from '../../src/sync/peer-sync.ts';
import type { PeerSync } from '../../src/sync/ports.ts';
import { blogOf, person } from '../domain/people.ts';
import { TestSessionArea } from '../store/session-area.ts';
import { fixedToken } from './fixed-token.ts';
import { Onions } from './onions.ts';
import { poll } from './poll.ts';

const mallory = person('mallory');
const address = mallory.identity.address;
const blog = blogOf(mallory, ['one', 'two']);
const space = blog.space.name;
const other = blogOf(mallory, ['elsewhere'], 'Other');

let onions: Onions;
let stores: SpaceStores;
let sync: PeerSync;
const refused = new Map<string, number>();
const uncaught: unknown[] = [];
const note = (error: unknown) => uncaught.push(error);

beforeEach(() => {
  onions = new Onions();
  stores = openMemoryStores(new TestSessionArea());
  refused.clear();
  uncaught.length = 0;
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  sync.stop();
  await stores.close();
  await onions.close();
  process.off('uncaughtException', note);
  process.off('unhandledRejection', note);
  expect(uncaught).toEqual([]);
});
afterAll(() => onions.close());

type Answer = (response: ServerResponse, request: IncomingMessage, body: string) => void;
type Answers = Partial<Record<'welcome' | 'updates' | 'changes' | 'bulkGet', Answer>>;

const send = (response: ServerResponse, value: unknown) =>
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));

const rowOf = ({ _id: id, _rev: rev }: StoredDocument, seq: number) => ({
  id,
  seq,
  changes: [{ rev }],
});

/** An endpoint that behaves, except where it is told not to. */
async function malice(documents: readonly StoredDocument[], answers: Answers = {}): Promise<void> {
  const honest: Required<Answers> = {
    welcome: (response) =>
      send(response, { couchdb: 'Welcome', uuid: 'u', vendor: { name: 'Network25' } }),
    updates: (response, { url = '' }) => {
      // The long-poll is left hanging.
      if (url.includes('longpoll')) response.writeHead(200, { 'Content-Type': 'application/json' });
      else send(response, { results: [{ db_name: space, type: 'updated' }], last_seq: '1-x' });
    },
    changes: (response) =>
      send(response, { results: documents.map(rowOf), last_seq: documents.length }),
    bulkGet: (response) =>
      send(response, {
        results: documents.map((document) => ({ id: document._id, docs: [{ ok: document }] })),
      }),
  };
  const all = { ...honest, ...answers };
  await onions.serve(address, (request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      const [path = ''] = (request.url ?? '').split('?');
      const kind =
        path === '/'
          ? 'welcome'
          : path === '/_db_updates'
            ? 'updates'
            : path.endsWith('/_changes')
              ? 'changes'
              : 'bulkGet';
      all[kind](response, request, body);
    });
  });
}

function connect(): void {
  sync = createPeerSync({
    fetch: createOnionFetch({ fetch: onions.fetch, gate: async () => true, clock: systemClock }),
    tokens: fixedToken,
    stores,
    clock: systemClock,
    random: () => 0,
    gossipSeed: 1,
    positions: { get: () => undefined, set: () => undefined },
    events: {
      state: () => undefined,
      stored: () => undefined,
      refused: (_address, _space, code, count) =>
        refused.set(code, (refused.get(code) ?? 0) + count),
    },
  });
  sync.setPeers([
    {
      address,
      kind: 'friend',
      device: new Uint8Array(32),
      spaces: [{ name: space, door: 'signed' }],
    },
  ]);
}

const settled = () => poll(() => sync.state(address).connection).toMatch(/up-to-date|unreachable/);

async function storedHere(): Promise<readonly StoredDocument[]> {
  return (await readChanges(await stores.open(space), 0, 1_000)).documents;
}

const genuine = new Set(blog.documents.map(({ _id }) => _id));

describe('documents from a hostile friend', () => {
  it('are dropped one by one, and the good ones stored', async () => {
    const [charter, key] = [blog.charter, blog.key];
    const post = blog.posts[0]?.header.json ?? charter;
    const but = (document: StoredDocument, changes: object) => ({ ...document, ...changes });
    const bad: StoredDocument[] = [
      // Of another space, signed well.
      ...other.documents,
      // With a field more, a field changed, another revision, a tombstone.
      but(post, { extra: 1 }),
      but(key, { s: 'A'.repeat(86) }),
      but(charter, { _rev: `1-${'0'.repeat(32)}` }),
      but(post, { _rev: `2-${'a'.repeat(32)}`, _deleted: true }),
      but(post, { _attachments: { x: { data: 'AAAA' } } }),
      // Things that are no documents at all.
      { _id: `d${'a'.repeat(52)}`, _rev: revisionOf(`d${'a'.repeat(52)}`) },
      but({ _id: '_design/evil', _rev: '1-a' }, { views: {} }),
      { _id: '_local/evil', _rev: '0-1' },
      { _id: '__proto__', _rev: '1-a' },
    ];
    await malice([...bad, ...blog.documents]);
    connect();
    await settled();
    expect(new Set((await storedHere()).map(({ _id }) => _id))).toEqual(genuine);
    expect([...refused.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(9);
    expect([...refused.keys()]).toEqual(expect.arrayContaining(['wrong-revision', 'wrong-id']));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('that were not asked for are checked all the same', async () => {
    await malice(blog.documents.slice(0, 1), {
      bulkGet: (response) =>
        send(response, {
          results: [...other.documents, ...blog.documents].map((document) => ({
            id: document._id,
            docs: [{ ok: document }],
          })),
        }),
    });
    connect();
    await settled();
    expect(new Set((await storedHere()).map(({ _id }) => _id))).toEqual(genuine);
  });

  it('end the pull when nearly nothing else comes', async () => {
    let pages = 0;
    const junk = (from: number) =>
      Array.from({ length: 1_000 }, (_, at) => {
        const number = String(from + at)
          .padStart(6, '0')
          .replaceAll(/[01]/g, 'x');
        const id = `d${number.replaceAll(/[89]/g, 'y')}${String(at)
          .replaceAll(/\d/g, (d) => 'abcdefghij'.charAt(Number(d)))
          .padEnd(46, 'z')}`;
        return { _id: id, _rev: revisionOf(id) };
      });
    await malice([], {
      changes: (response, { url = '' }) => {
        pages += 1;
        const since = Number(new URL(url, 'http://x').searchParams.get('since'));
        const rows = junk(since).map((document, at) => rowOf(document, since + at + 1));
        send(response, { results: rows, last_seq: since + 1_000 });
      },
      bulkGet: (response, _, body) => {
        const { docs } = JSON.parse(body) as { docs: { id: string; rev: string }[] };
        const results = docs.map(({ id, rev }) => ({
          id,
          docs: [{ ok: { _id: id, _rev: rev, v: 1, d: 'AA', s: 'AA' } }],
        }));
        send(response, { results });
      },
    });
    connect();
    await settled();
    expect(sync.state(address)).toMatchObject({ connection: 'up-to-date', code: 'too-many' });
    expect(pages).toBeLessThan(20);
    expect(await storedHere()).toEqual([]);
  });
});

describe('a document that a friend keeps back', () => {
  it('is asked for again from the beginning, and not before', async () => {
    let keepsBack = true;
    const last = blog.posts.at(-1)?.header.json._id;
    const rows = () =>
      blog.documents
        .map((document, at) => rowOf(document, at + 1))
        .filter(({ id }) => !(keepsBack && id === last));
    await malice(blog.documents, {
      changes: (response, { url = '' }) => {
        const since = Number(new URL(url, 'http://x').searchParams.get('since'));
        const results = rows().filter(({ seq }) => seq > since);
        // Whoever goes on from here never hears of it.
        send(response, { results, last_seq: 1_000 });
      },
      bulkGet: (response, _, body) => {
        const { docs } = JSON.parse(body) as { docs: { id: string }[] };
        const wanted = new Set(docs.map(({ id }) => id));
        const results = blog.documents
          .filter(({ _id }) => wanted.has(_id))
          .map((document) => ({ id: document._id, docs: [{ ok: document }] }));
        send(response, { results });
      },
    });
    connect();
    await settled();
    const ids = async () => (await storedHere()).map(({ _id }) => _id);
    expect(await ids()).not.toContain(last);
    keepsBack = false;
    sync.wake();
    sync.askAgain(other.space.name);
    await settled();
    expect(await ids()).not.toContain(last);
    sync.askAgain(space);
    await poll(ids).toContain(last);
  });
});

describe('answers from a hostile friend', () => {
  const wrong: [string, Answers, string][] = [
    [
      'a redirect to the clearnet',
      { welcome: (r) => r.writeHead(302, { Location: 'http://example.com/' }).end() },
      'peer-not-network25',
    ],
    [
      'a web page',
      { welcome: (r) => r.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>') },
      'peer-not-network25',
    ],
    ['some other JSON', { welcome: (r) => send(r, { hello: 1 }) }, 'peer-not-network25'],
    [
      'a CouchDB',
      {
        welcome: (r) =>
          send(r, {
            couchdb: 'Welcome',
            uuid: 'u',
            vendor: { name: 'The Apache Software Foundation' },
          }),
      },
      'peer-not-network25',
    ],
    [
      'a later version',
      {
        welcome: (r) =>
          send(r, { couchdb: 'Welcome', uuid: 'u', vendor: { name: 'Network25', protocol: 9 } }),
      },
      'peer-newer-version',
    ],
    [
      'a huge welcome',
      { welcome: (r) => send(r, { couchdb: 'Welcome', uuid: 'u'.repeat(1_000_000) }) },
      'peer-not-network25',
    ],
    [
      'updates that are no list',
      { updates: (r) => send(r, { results: 5, last_seq: 1 }) },
      'malformed',
    ],
    [
      'a million updates',
      {
        updates: (r) =>
          send(r, {
            results: Array.from({ length: 100_000 }, () => ({ db_name: space })),
            last_seq: 1,
          }),
      },
      'too-large',
    ],
    [
      'names that are no databases',
      { updates: (r) => send(r, { results: [{ db_name: '../x' }], last_seq: 1 }) },
      'malformed',
    ],
    ['no answer but the end', { updates: (r) => void r.destroy() }, 'peer-unreachable'],
  ];
  for (const [what, answers, code] of wrong) {
    it(`${what} ends the dial with ${code}`, async () => {
      await malice(blog.documents, answers);
      connect();
      await settled();
      expect(sync.state(address)).toMatchObject({ connection: 'unreachable', code });
      expect(sync.state(address).retryAt).toBeGreaterThan(Date.now() + 20_000);
    });
  }

  const odd: [string, Answers, string][] = [
    ['changes without rows', { changes: (r) => send(r, { last_seq: 1 }) }, 'malformed'],
    [
      'rows that are null',
      { changes: (r) => send(r, { results: [null], last_seq: 1 }) },
      'malformed',
    ],
    [
      'rows without revisions',
      { changes: (r) => send(r, { results: [{ id: 'a', seq: 1 }], last_seq: 1 }) },
      'malformed',
    ],
    [
      'revisions that are numbers',
      {
        changes: (r) =>
          send(r, { results: [{ id: 'a', seq: 1, changes: [{ rev: 1 }] }], last_seq: 1 }),
      },
      'malformed',
    ],
    [
      'more rows than asked for',
      {
        changes: (r) =>
          send(r, {
            results: Array.from({ length: 5_000 }, (_, seq) =>
              rowOf({ _id: `d${seq}`, _rev: '1-a' }, seq),
            ),
            last_seq: 1,
          }),
      },
      'malformed',
    ],
    [
      'documents that are null',
      { bulkGet: (r) => send(r, { results: [{ id: 'a', docs: [{ ok: null }] }] }) },
      'malformed',
    ],
    ['documents that are text', { bulkGet: (r) => send(r, { results: ['x'] }) }, 'malformed'],
    ['documents without end', { bulkGet: (r) => endless(r) }, 'too-large'],
    [
      'a refusal',
      { changes: (r) => r.writeHead(403, { 'Content-Type': 'application/json' }).end('{}') },
      'peer-refused',
    ],
    [
      'a space that is gone',
      { changes: (r) => r.writeHead(404, { 'Content-Type': 'application/json' }).end('{}') },
      'not-found',
    ],
  ];
  for (const [what, answers, code] of odd) {
    it(`${what}: the space is left alone with ${code}, the friend stays connected`, async () => {
      await malice(blog.documents, answers);
      connect();
      await settled();
      expect(sync.state(address)).toMatchObject({ connection: 'up-to-date', code });
      expect(await storedHere()).toEqual([]);
    });
  }

  it('a long-poll that always answers at once is slowed down', async () => {
    let polls = 0;
    await malice(blog.documents, {
      updates: (response) => {
        polls += 1;
        send(response, { results: [], last_seq: `${polls}-x` });
      },
    });
    connect();
    await settled();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(polls).toBeLessThan(40);
  });
});

function endless(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  const piece = ' '.repeat(1_048_576);
  const more = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', more);
  more();
}
