import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { person } from '../domain/people.ts';
import { couchAt, type Couch } from './couchdb-client.ts';
import { openWorld, type World } from './endpoint-world.ts';

/** What CouchDB's own documentation says of requests that no replicator makes, but its users do. */
let world: World;
let couch: Couch;
beforeAll(async () => {
  world = await openWorld(person('Alice').identity.address);
  couch = couchAt(world.open);
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});

let count = 0;
let db: string;
beforeEach(async () => {
  db = `/surface${(count += 1)}`;
  await couch('PUT', db);
});

interface Row {
  readonly id?: string;
  readonly key: string;
  readonly error?: string;
  readonly doc?: unknown;
}
interface List {
  readonly total_rows: number | null;
  readonly offset: number | null;
  readonly rows: readonly Row[];
}
const keysOf = (list: unknown) => (list as List).rows.map(({ key }) => key);
const putAll = async (...ids: string[]) => {
  for (const id of ids) await couch('PUT', `${db}/${id}`, { body: { id } });
};
const refusal = (status: number, error: string) => [
  status,
  { error, reason: expect.stringMatching(/^.\w.{8,}/) },
];

describe('lists', () => {
  test.each([
    [{ keys: ['c', 'a', 'zz'] }, ['c', 'a', 'zz']],
    [{ startkey: 'b' }, ['b', 'c']],
    [{ start_key: 'b', end_key: 'c', inclusive_end: false }, ['b']],
    [{ descending: true, limit: 1, skip: 1 }, ['b']],
    [{ key: 'b', include_docs: true }, ['b']],
  ])('%j may be said in a body', async (body, keys) => {
    await putAll('a', 'b', 'c');
    const { status, json } = await couch('POST', `${db}/_all_docs`, { body });
    expect([status, keysOf(json)]).toEqual([200, keys]);
  });

  test('several questions at once are answered in their order', async () => {
    await putAll('a', 'b', 'c');
    const body = { queries: [{ keys: ['b', 'x'] }, { startkey: 'c', include_docs: true }, {}] };
    const { json } = await couch('POST', `${db}/_all_docs/queries`, { body });
    const { results } = json as { results: List[] };
    expect(results.map(keysOf)).toEqual([['b', 'x'], ['c'], ['a', 'b', 'c']]);
    expect(results[1]?.rows[0]?.doc).toMatchObject({ _id: 'c', id: 'c' });
    expect(results.map((each) => each.total_rows)).toEqual([3, 3, 3]);
  });

  test.each([
    ['GET', '/_all_docs?keys=["a"]&startkey="a"', undefined, 'query_parse_error'],
    ['GET', '/_all_docs?keys=["a"]&key="a"', undefined, 'query_parse_error'],
    ['POST', '/_all_docs?endkey="a"', { keys: ['a'] }, 'query_parse_error'],
    ['POST', '/_all_docs', { limit: 'many' }, 'query_parse_error'],
    ['POST', '/_all_docs', { keys: 'a' }, 'bad_request'],
    ['POST', '/_all_docs/queries', { queries: [{}, { limit: -1 }] }, 'query_parse_error'],
    ['POST', '/_all_docs/queries', { queries: [] }, 'bad_request'],
    ['POST', '/_local_docs', { keys: [1] }, 'bad_request'],
  ])('%s %s %j is refused whole', async (method, path, body, error) => {
    const answer = await couch(method, db + path, { body });
    expect([answer.status, answer.json]).toEqual(refusal(400, error));
  });

  test('design documents alone', async () => {
    await putAll('a', '_design/b', '_design/a', 'z');
    const path = `${db}/_design_docs`;
    const { json } = await couch('GET', path);
    expect(json).toMatchObject({ total_rows: 2, offset: 0 });
    expect(keysOf(json)).toEqual(['_design/a', '_design/b']);
    const last = await couch('GET', `${path}?descending=true&limit=1&include_docs=true`);
    expect((last.json as List).rows).toMatchObject([
      { key: '_design/b', value: { rev: expect.stringMatching(/^1-/) }, doc: { id: '_design/b' } },
    ]);
    const some = await couch('POST', path, { body: { keys: ['_design/a', '_design/x'] } });
    expect((some.json as List).rows[1]).toEqual({ key: '_design/x', error: 'not_found' });
    const both = await couch('POST', `${path}/queries`, {
      body: { queries: [{ startkey: '_design/b' }, { key: '_design/a' }] },
    });
    const { results } = both.json as { results: List[] };
    expect(results.map(keysOf)).toEqual([['_design/b'], ['_design/a']]);
  });

  test('local documents, without what the host keeps among them', async () => {
    await putAll('_local/b', '_local/a', 'z');
    await couch('PUT', `${db}/_security`, { body: { admins: { names: ['amon'] } } });
    const path = `${db}/_local_docs`;
    expect((await couch('GET', path)).json).toEqual({
      total_rows: null,
      offset: null,
      rows: ['_local/a', '_local/b'].map((id) => ({ id, key: id, value: { rev: '0-1' } })),
    });
    const one = await couch('GET', `${path}?startkey="_local/b"&include_docs=true`);
    expect((one.json as List).rows).toMatchObject([{ id: '_local/b', doc: { id: '_local/b' } }]);
    const some = await couch('POST', path, { body: { keys: ['_local/x'] } });
    expect((some.json as List).rows).toEqual([{ key: '_local/x', error: 'not_found' }]);
    const both = await couch('POST', `${path}/queries`, { body: { queries: [{ limit: 1 }, {}] } });
    expect((both.json as { results: List[] }).results.map(keysOf)).toEqual([
      ['_local/a'],
      ['_local/a', '_local/b'],
    ]);
  });

  test('databases, and what there is to know of each', async () => {
    const all = (await couch('GET', '/_all_dbs')).json as string[];
    const name = db.slice(1);
    const ranged = await couch('GET', `/_all_dbs?startkey="${name}"&endkey="${name}"`);
    expect(ranged.json).toEqual([name]);
    expect((await couch('GET', '/_all_dbs?descending=true')).json).toEqual(all.toReversed());
    await putAll('a');
    const info = { db_name: name, doc_count: 1 };
    expect((await couch('GET', `/_dbs_info?startkey="${name}"&limit=1`)).json).toMatchObject([
      { key: name, info },
    ]);
    const asked = await couch('POST', '/_dbs_info', { body: { keys: ['nothing', name] } });
    expect(asked.json).toMatchObject([
      { key: 'nothing', error: 'not_found' },
      { key: name, info },
    ]);
    expect((await couch('GET', '/_active_tasks')).json).toEqual([]);
  });
});

describe('COPY', () => {
  const copy = (path: string, destination?: string) =>
    couch('COPY', db + path, { headers: destination === undefined ? {} : { destination } });

  test('makes a document again under another id, and over another with its revision', async () => {
    await couch('PUT', `${db}/a`, { body: { n: 1, _attachments: { f: { data: 'aGk=' } } } });
    const made = await copy('/a', 'b%2Fc');
    const { rev } = made.json as { rev: string };
    expect([made.status, made.json]).toEqual([201, { ok: true, id: 'b/c', rev }]);
    expect(made.headers.get('etag')).toBe(`"${rev}"`);
    expect((await couch('GET', `${db}/b%2Fc/f`)).bytes.toString()).toBe('hi');
    await couch('PUT', `${db}/d`, { body: { n: 2 } });
    const again = await copy('/d', 'b%2Fc');
    expect([again.status, again.json]).toEqual(refusal(409, 'conflict'));
    expect((await copy('/d', `b%2Fc?rev=${rev}`)).json).toMatchObject({ ok: true, id: 'b/c' });
    expect((await couch('GET', `${db}/b%2Fc`)).json).toMatchObject({ n: 2 });
  });

  test('of an older revision', async () => {
    const one = (await couch('PUT', `${db}/a`, { body: { n: 1 } })).json as { rev: string };
    await couch('PUT', `${db}/a`, { body: { n: 2, _rev: one.rev } });
    await copy(`/a?rev=${one.rev}`, 'old');
    expect((await couch('GET', `${db}/old`)).json).toMatchObject({ n: 1 });
    const headers = { destination: 'older', 'if-match': `"${one.rev}"` };
    await couch('COPY', `${db}/a`, { headers });
    expect((await couch('GET', `${db}/older`)).json).toMatchObject({ n: 1 });
  });

  test.each([
    ['nowhere', '/a', undefined, 400, 'bad_request'],
    ['elsewhere', '/a', 'http://example.com/b', 400, 'bad_request'],
    ['to what is no id', '/a', '_b', 400, 'illegal_docid'],
    ['to what is not encoded', '/a', '%zz', 400, 'bad_request'],
    ['over what is no revision', '/a', 'b?rev=x', 400, 'bad_request'],
    ['of nothing', '/nothing', 'b', 404, 'not_found'],
  ])('%s is refused', async (_, path, destination, status, error) => {
    await putAll('a');
    const answer = await copy(path, destination);
    const reason = expect.stringMatching(/^\w+/) as unknown;
    expect([answer.status, answer.json]).toEqual([status, { error, reason }]);
  });
});

describe('parts of an attachment', () => {
  const text = '0123456789';
  beforeEach(async () => {
    const headers = { 'content-type': 'text/plain' };
    await couch('PUT', `${db}/a/f`, { body: text, headers });
  });
  const part = (range: string, headers = {}) =>
    couch('GET', `${db}/a/f`, { headers: { range, ...headers } });

  test.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['bytes=-99', text, 'bytes 0-9/10'],
  ])('%s', async (range, bytes, named) => {
    const { status, headers, bytes: got } = await part(range);
    expect([status, got.toString()]).toEqual([206, bytes]);
    expect(headers.get('content-range')).toBe(named);
    expect(headers.get('content-length')).toBe(String(bytes.length));
  });

  test.each(['bytes=0-1,4-5', 'bytes=', 'bytes=-', 'lines=1-2', 'bytes=a-b'])(
    'of %s nothing is understood: all of it comes',
    async (range) => {
      const { status, headers, bytes } = await part(range);
      expect([status, bytes.toString()]).toEqual([200, text]);
      expect(headers.get('accept-ranges')).toBe('bytes');
    },
  );

  test.each(['bytes=10-', 'bytes=99-100', 'bytes=5-4', 'bytes=-0'])(
    '%s is beyond it',
    async (range) => {
      const { status, json, headers } = await part(range);
      expect([status, json]).toEqual(refusal(416, 'requested_range_not_satisfiable'));
      expect(headers.get('content-range')).toBe('bytes */10');
    },
  );

  test('a part of what has changed meanwhile is not mixed with another', async () => {
    const etag = (await part('bytes=0-1')).headers.get('etag') ?? '';
    expect((await part('bytes=0-1', { 'if-range': etag })).status).toBe(206);
    await couch('PUT', `${db}/b/f`, { body: 'other' });
    expect((await part('bytes=0-1', { 'if-range': '"other"' })).status).toBe(200);
    const head = await couch('HEAD', `${db}/a/f`, { headers: { range: 'bytes=0-1' } });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '10']);
  });

  test('and is not packed', async () => {
    const long = 'long '.repeat(2_000);
    await couch('PUT', `${db}/b/f`, { body: long, headers: { 'content-type': 'text/plain' } });
    const headers = { range: 'bytes=0-4999', 'accept-encoding': 'gzip' };
    const got = await couch('GET', `${db}/b/f`, { headers });
    expect([got.status, got.headers.get('content-encoding'), got.bytes.toString()]).toEqual([
      206,
      null,
      long.slice(0, 5_000),
    ]);
  });
});

describe('feeds', () => {
  /** What comes until `enough` says so. */
  const listen = async (path: string, enough: (text: string) => boolean, headers = {}) => {
    const stop = new AbortController();
    const incoming = await world.open.open('GET', path, { headers }, stop.signal);
    incoming.setEncoding('utf8');
    let text = '';
    for await (const piece of incoming) {
      text += String(piece);
      if (enough(text)) break;
    }
    stop.abort();
    return { text, type: incoming.headers['content-type'] };
  };
  const events = (text: string) =>
    [...text.matchAll(/^data: (\{.*\})\nid: (".*")\n\n/gm)].map(([, data = '', id = '']) => ({
      data: JSON.parse(data) as { id?: string; db_name?: string; seq: string },
      id,
    }));

  test('changes as events, going on where a browser that comes again got to', async () => {
    await putAll('a', 'b');
    const path = `${db}/_changes?feed=eventsource`;
    const both = await listen(path, (text) => events(text).length === 2);
    expect(both.type).toBe('text/event-stream');
    const [a, b] = events(both.text);
    expect([a?.data.id, b?.data.id, a?.id]).toEqual(['a', 'b', JSON.stringify(a?.data.seq)]);
    const one = (text: string) => events(text).length === 1;
    const again = await listen(path, one, { 'last-event-id': a?.id ?? '' });
    expect(events(again.text)[0]?.data.id).toBe('b');
    let heard = false;
    const live = listen(`${path}&since=now`, (text) => events(text).length > 0).then(() => {
      heard = true;
    });
    // It may begin to listen after the first: then it hears of the next.
    await vi.waitFor(
      async () => {
        await couch('POST', db, { body: {} });
        expect(heard).toBe(true);
      },
      { timeout: 20_000, interval: 50 },
    );
    await live;
  });

  test('a sign of life is an event of its own', async () => {
    const { text } = await listen(`${db}/_changes?feed=eventsource&heartbeat=1000`, (heard) =>
      heard.includes('\n\n'),
    );
    expect(text).toBe('event: heartbeat\ndata: \n\n');
  });

  test.each(['continuous', 'eventsource'])('which databases change, %s', async (feed) => {
    const names = (text: string) =>
      feed === 'continuous'
        ? [...text.matchAll(/"db_name":"(\w+)","type":"created"/g)].map(([, name]) => name)
        : events(text).map(({ data }) => data.db_name);
    const since = (await couch('GET', '/_db_updates')).json as { last_seq: string };
    const path = `/_db_updates?feed=${feed}&since=${since.last_seq}`;
    const heard = listen(path, (text) => names(text).includes(`new${count}`));
    await couch('PUT', `/new${count}`);
    expect(names((await heard).text)).toContain(`new${count}`);
  });

  test('a feed of databases that waited long enough says how far it got', async () => {
    const { last_seq: last } = (await couch('GET', '/_db_updates')).json as { last_seq: string };
    const path = `/_db_updates?feed=continuous&timeout=1&since=${last}`;
    expect((await couch('GET', path)).json).toEqual({ last_seq: last });
  });
});

describe('how many generations are remembered', () => {
  test('is what somebody wants', async () => {
    const path = `${db}/_revs_limit`;
    expect((await couch('GET', path)).json).toBe(1_000);
    expect((await couch('PUT', path, { body: 3 })).json).toEqual({ ok: true });
    expect((await couch('GET', path)).json).toBe(3);
    let rev: string | undefined;
    for (const n of [1, 2, 3, 4, 5]) {
      const body = { n, ...(rev ? { _rev: rev } : {}) };
      ({ rev } = (await couch('PUT', `${db}/a`, { body })).json as { rev: string });
    }
    expect((await couch('GET', `${db}/a?revs=true`)).json).toMatchObject({
      n: 5,
      _revisions: { start: 5, ids: { length: 3 } },
    });
  });

  test.each([0, -1, 1.5, null, [3]])('is not %j', async (body) => {
    const answer = await couch('PUT', `${db}/_revs_limit`, { body });
    expect([answer.status, answer.json]).toEqual(refusal(400, 'bad_request'));
  });
});

test('a client that does not want to wait is told that it was taken, and it is there', async () => {
  const put = await couch('PUT', `${db}/a?batch=ok`, { body: { n: 1 } });
  expect([put.status, put.json]).toEqual([202, { ok: true, id: 'a' }]);
  const post = await couch('POST', `${db}?batch=ok`, { body: { n: 2 } });
  const { id } = post.json as { id: string };
  expect([post.status, (await couch('GET', `${db}/${id}`)).json]).toMatchObject([202, { n: 2 }]);
  const { _rev: rev } = (await couch('GET', `${db}/a`)).json as { _rev: string };
  const deleted = await couch('DELETE', `${db}/a?rev=${rev}&batch=ok`);
  expect([deleted.status, deleted.json]).toEqual([202, { ok: true, id: 'a' }]);
});

test.each([
  ['POST', '/{db}/_find'],
  ['POST', '/{db}/_explain'],
  ['GET', '/{db}/_index'],
  ['POST', '/{db}/_index'],
  ['GET', '/{db}/_shards'],
  ['GET', '/{db}/_design/x/_view/y'],
  ['POST', '/{db}/_design/x/_view/y/queries'],
  ['GET', '/{db}/_design/x/_info'],
  ['PUT', '/{db}/_design/x/_update/y/z'],
  ['POST', '/_replicate'],
  ['GET', '/_scheduler/jobs'],
  ['GET', '/_node/_local/_config'],
  ['PUT', '/_node/_local/_config/log/level'],
  ['GET', '/_membership'],
  ['GET', '/_utils/'],
])('%s %s is not to be had, and that is said', async (method, path) => {
  const answer = await couch(method, path.replace('/{db}', db), {
    body: method === 'GET' ? undefined : {},
  });
  expect([answer.status, answer.json]).toEqual(refusal(501, 'not_implemented'));
});

test('there are no views to clean up after', async () => {
  const cleaned = await couch('POST', `${db}/_view_cleanup`, { body: {} });
  expect([cleaned.status, cleaned.json]).toEqual([202, { ok: true }]);
});

test('strangers at the onion door are told of none of it', async () => {
  for (const path of ['/_active_tasks', '/_dbs_info', '/_replicate', '/_node/_local', '/_utils']) {
    const { status, json } = await world.onion.ask('GET', path);
    expect([status, json], path).toEqual([
      404,
      { error: 'not_found', reason: 'Database does not exist.' },
    ]);
  }
});
