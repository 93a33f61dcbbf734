import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { person } from '../domain/people.ts';
import { openWorld, type Answer, type World } from './endpoint-world.ts';
import { databaseOf, finished, newDatabase } from './store-helpers.ts';

/**
 * What CouchDB 3's own replicator sends, in its order and with its headers (couch_replicator_api_wrap),
 * and what it needs of each answer: it is stricter than PouchDB's.
 */
let world: World;
beforeAll(async () => {
  world = await openWorld(person('Alice').identity.address);
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});

const couch = (
  method: string,
  path: string,
  { body, accept = 'application/json' }: { body?: unknown; accept?: string } = {},
): Promise<Answer> =>
  world.open.ask(method, path, {
    ...(body === undefined ? {} : { body }),
    headers: { 'user-agent': 'CouchDB-Replicator/3.4.3', accept },
  });

/** Logs in where it has a name, looks at the database and for its checkpoints; both ends alike. */
async function open(name: string): Promise<{ startTime: string }> {
  const session = await couch('POST', '/_session', { body: { name: 'a', password: 'b' } });
  expect(session.status).toBe(200);
  expect(session.headers['set-cookie']?.[0]).toMatch(/^AuthSession=/);
  const info = await couch('GET', `/${name}/`);
  expect(info.status).toBe(200);
  expect(info.json).toMatchObject({
    db_name: name,
    update_seq: expect.stringMatching(/^\d+-/),
    instance_start_time: expect.stringMatching(/^\d+$/),
    purge_seq: expect.anything(),
  });
  for (const id of ['0123+continuous', '0123', '4567', '89ab']) {
    const log = await couch('GET', `/${name}/_local/${encodeURIComponent(id)}`);
    expect([log.status, log.json]).toEqual([404, { error: 'not_found', reason: 'missing' }]);
  }
  return { startTime: (info.json as { instance_start_time: string }).instance_start_time };
}

async function checkpoint(name: string, startTime: string, seq: string): Promise<void> {
  const commit = await couch('POST', `/${name}/_ensure_full_commit`, { body: '' });
  expect([commit.status, commit.json]).toEqual([201, { ok: true, instance_start_time: startTime }]);
  const path = `/${name}/_local/0123`;
  const body = { session_id: 's', source_last_seq: seq, replication_id_version: 4, history: [] };
  const put = await couch('PUT', path, { body });
  expect(put.status).toBe(201);
  const { rev } = put.json as { rev: string };
  const again = await couch('PUT', path, { body: { ...body, _rev: rev } });
  expect(again.status).toBe(201);
  expect((await couch('GET', path)).json).toMatchObject({
    _id: '_local/0123',
    source_last_seq: seq,
  });
}

test('pulling from us', async () => {
  await newDatabase(world.store, 'source');
  const source = databaseOf(world.store, 'source');
  await source.write(finished(1_200), false);
  await source.write(
    [
      { _id: 'd000001', _rev: '2-a', _revisions: { start: 2, ids: ['a', 'b'] } },
      { _id: 'gone', _rev: '1-c', _deleted: true },
    ],
    false,
  );
  const { startTime } = await open('source');

  const changes = await couch(
    'GET',
    '/source/_changes?feed=normal&style=all_docs&since=0&timeout=10000',
  );
  const { results, last_seq, pending } = changes.json as {
    results: { id: string; seq: string; changes: { rev: string }[]; deleted?: true }[];
    last_seq: string;
    pending: number;
  };
  expect(results).toHaveLength(1_201);
  expect(pending).toBe(0);
  expect(results.at(-1)).toEqual({
    seq: last_seq,
    id: 'gone',
    changes: [{ rev: '1-c' }],
    deleted: true,
  });
  expect(results.find((row) => row.id === 'd000001')?.changes).toHaveLength(2);

  const docs = results.flatMap(({ id, changes: revs }) => revs.map(({ rev }) => ({ id, rev })));
  docs.push({ id: 'd000002', rev: '9-x' }, { id: 'nobody', rev: '1-x' });
  const got = await couch('POST', '/source/_bulk_get?latest=true&revs=true&attachments=false', {
    body: { docs },
  });
  expect(Object.keys(got.json as object)).toEqual(['results']);
  const answers = (
    got.json as { results: { id: string; docs: { ok?: object; error?: object }[] }[] }
  ).results;
  expect(answers.map(({ id }) => id)).toEqual(docs.map(({ id }) => id));
  for (const [index, { docs: found }] of answers.slice(0, -2).entries()) {
    const { id, rev } = docs[index]!;
    expect(found).toEqual([{ ok: expect.objectContaining({ _id: id, _rev: rev }) }]);
    expect(found[0]?.ok).toHaveProperty('_revisions.ids');
  }
  expect(answers.slice(-2).flatMap(({ docs: found }) => found)).toEqual([
    { error: { id: 'd000002', rev: '9-x', error: 'not_found', reason: 'missing' } },
    { error: { id: 'nobody', rev: '1-x', error: 'not_found', reason: 'missing' } },
  ]);

  // Where _bulk_get is not to its liking it takes documents one by one, as multipart/mixed.
  const revs = encodeURIComponent(JSON.stringify(['2-a', '7-z']));
  const parts = await couch('GET', `/source/d000001?revs=true&open_revs=${revs}&latest=true`, {
    accept: 'multipart/mixed',
  });
  const boundary = /^multipart\/mixed; boundary="(\w+)"$/.exec(
    parts.headers['content-type'] ?? '',
  )?.[1];
  const pieces = parts.text.split(`--${boundary ?? '?'}`);
  expect(pieces.at(-1)).toBe('--\r\n');
  const [whole = '', missing = ''] = pieces.slice(1, -1);
  expect(whole).toMatch(/^\r\nContent-Type: application\/json\r\n\r\n{.*"2-a".*}\r\n$/);
  expect(missing).toBe(
    '\r\nContent-Type: application/json; error="true"\r\n\r\n{"missing":"7-z"}\r\n',
  );

  await checkpoint('source', startTime, last_seq);

  // The next run asks how much there is, then for what came since, with the token in JSON's quotes.
  const since = encodeURIComponent(JSON.stringify(last_seq));
  await source.write([{ _id: 'new' }], true);
  const count = await couch('GET', `/source/_changes?since=${since}&limit=0`);
  expect(count.json).toMatchObject({ results: [], pending: 1 });
  const next = await couch('GET', `/source/_changes?feed=normal&style=all_docs&since=${since}`);
  expect(next.json).toMatchObject({ results: [{ id: 'new' }] });
});

test('pulling from us continuously', async () => {
  const source = await newDatabase(world.store, 'feed');
  await source.write([{ _id: 'a' }], true);
  const abort = new AbortController();
  const path = '/feed/_changes?feed=continuous&style=all_docs&since=0&heartbeat=1000';
  const feed = await world.open.open('GET', path, {}, abort.signal);
  feed.setEncoding('utf8');
  const lines: string[] = [];
  try {
    for await (const piece of feed) {
      lines.push(...String(piece).split(/(?<=\n)/));
      const rows = lines.filter((line) => line.trim());
      if (rows.length === 1) await source.write([{ _id: 'b' }], true);
      if (rows.length === 2 && lines.includes('\n')) abort.abort();
    }
  } catch {
    // We ended it ourselves.
  }
  const ids = lines
    .filter((line) => line.trim())
    .map((line) => (JSON.parse(line) as { id: string }).id);
  expect(ids).toEqual(['a', 'b']);
});

test('pushing to us', async () => {
  const create = await couch('PUT', '/target', { body: '' });
  expect([create.status, create.json]).toEqual([201, { ok: true }]);
  const exists = await couch('PUT', '/target', { body: '' });
  expect([exists.status, (exists.json as { error: string }).error]).toEqual([412, 'file_exists']);
  const { startTime } = await open('target');

  const documents = [
    { _id: 'a', _rev: '2-y', _revisions: { start: 2, ids: ['y', 'x'] }, n: 1 },
    { _id: 'b', _rev: '1-z', _revisions: { start: 1, ids: ['z'] }, _deleted: true },
    { _id: '_design/d', _rev: '1-d', _revisions: { start: 1, ids: ['d'] }, views: {} },
  ];
  const offered = Object.fromEntries(documents.map(({ _id, _rev }) => [_id, [_rev]]));
  const diff = await couch('POST', '/target/_revs_diff', { body: offered });
  expect(diff.json).toEqual({
    a: { missing: ['2-y'] },
    b: { missing: ['1-z'] },
    '_design/d': { missing: ['1-d'] },
  });
  const bulk = await couch('POST', '/target/_bulk_docs', {
    body: { new_edits: false, docs: documents },
  });
  expect([bulk.status, bulk.json]).toEqual([201, []]);
  expect((await couch('POST', '/target/_revs_diff', { body: offered })).json).toEqual({});
  const newer = await couch('POST', '/target/_revs_diff', { body: { a: ['1-x', '3-w'] } });
  expect(newer.json).toEqual({ a: { missing: ['3-w'], possible_ancestors: ['2-y'] } });

  // A single document, as it sends one that it could not send in bulk.
  const put = await couch('PUT', '/target/c?new_edits=false', {
    body: { _id: 'c', _rev: '1-q', _revisions: { start: 1, ids: ['q'] } },
  });
  expect([put.status, put.json]).toEqual([201, { ok: true, id: 'c', rev: '1-q' }]);
  await checkpoint('target', startTime, '4-token');
});

describe('reading as CouchDB does', () => {
  beforeAll(async () => {
    const database = await newDatabase(world.store, 'reading');
    await database.write(
      ['a', 'b', 'c/d', 'Ωmega', '_design/x'].map((_id) => ({ _id })),
      true,
    );
    const [[b] = []] = await database.documents([{ id: 'b' }], {});
    await database.write(
      [{ _id: 'b', _rev: b?.found === true ? b.document._rev : '', _deleted: true }],
      true,
    );
  });
  const ids = (answer: Answer): string[] =>
    (answer.json as { rows: { id: string }[] }).rows.map((row) => row.id);

  test.each([
    ['', ['_design/x', 'a', 'c/d', 'Ωmega']],
    ['?descending=true', ['Ωmega', 'c/d', 'a', '_design/x']],
    ['?startkey="a"&limit=2', ['a', 'c/d']],
    ['?start_key="a"&end_key="c/d"&inclusive_end=false', ['a']],
    ['?startkey="c/d"&endkey="a"&descending=true', ['c/d', 'a']],
    ['?key="c/d"', ['c/d']],
    ['?skip=3', ['Ωmega']],
    ['?limit=0', []],
  ])('_all_docs%s', async (query, expected) => {
    expect(ids(await couch('GET', `/reading/_all_docs${encodeURI(query)}`))).toEqual(expected);
  });

  test('_all_docs by keys names what is deleted and what is not there', async () => {
    const { json } = await couch('POST', '/reading/_all_docs', {
      body: { keys: ['b', 'zz', 'a'] },
    });
    expect(json).toMatchObject({
      total_rows: 4,
      rows: [{ id: 'b', value: { deleted: true } }, { key: 'zz', error: 'not_found' }, { id: 'a' }],
    });
  });

  test('documents by encoded, plain and special paths', async () => {
    for (const path of ['c%2Fd', '%CE%A9mega', '_design/x', '_design%2Fx']) {
      expect((await couch('GET', `/reading/${path}`)).status, path).toBe(200);
    }
    const gone = await couch('GET', '/reading/b');
    expect([gone.status, gone.json]).toEqual([404, { error: 'not_found', reason: 'deleted' }]);
    const never = await couch('GET', '/reading/zz');
    expect([never.status, never.json]).toEqual([404, { error: 'not_found', reason: 'missing' }]);
  });

  test('a document that has not changed is not sent again', async () => {
    const { headers } = await couch('GET', '/reading/a');
    expect(headers.etag).toMatch(/^"1-\w+"$/);
    const again = await world.open.ask('GET', '/reading/a', {
      headers: { 'if-none-match': headers.etag ?? '' },
    });
    expect([again.status, again.text]).toEqual([304, '']);
    const head = await world.open.ask('HEAD', '/reading/a');
    expect([head.status, head.text, head.headers.etag]).toEqual([200, '', headers.etag]);
  });

  test('the changes feed backwards, of some documents, and from now', async () => {
    const rows = async (query: string, body?: unknown): Promise<string[]> => {
      const answer = await couch(body ? 'POST' : 'GET', `/reading/_changes${query}`, { body });
      return (answer.json as { results: { id: string }[] }).results.map((row) => row.id);
    };
    expect(await rows('?descending=true&limit=2')).toEqual(['b', '_design/x']);
    expect(await rows('?filter=_doc_ids', { doc_ids: ['a', 'zz'] })).toEqual(['a']);
    expect(await rows('?filter=_doc_ids&doc_ids=["b"]')).toEqual(['b']);
    expect(await rows('?since=now')).toEqual([]);
    expect(await rows('?since=5-0000000000000000')).toHaveLength(5);
    expect(await rows('?since=999')).toHaveLength(5);
  });

  test('edits: made, refused when they conflict, and undone', async () => {
    const made = await couch('PUT', '/reading/edit', { body: { n: 1 } });
    const { rev } = made.json as { rev: string };
    expect((await couch('PUT', '/reading/edit', { body: { n: 2 } })).status).toBe(409);
    const second = await couch('PUT', `/reading/edit?rev=${rev}`, { body: { n: 2 } });
    expect(second.status).toBe(201);
    const { rev: newest } = second.json as { rev: string };
    const removed = await couch('DELETE', `/reading/edit?rev=${newest}`);
    expect([removed.status, (removed.json as { ok: boolean }).ok]).toEqual([200, true]);
    expect((await couch('DELETE', `/reading/edit?rev=${newest}`)).status).toBe(404);
    expect((await couch('GET', `/reading/edit?rev=${rev}`)).json).toMatchObject({ n: 1 });
    const posted = await couch('POST', '/reading', { body: { n: 3 } });
    expect(posted.status).toBe(201);
    expect((await couch('DELETE', '/reading?rev=1-a')).status).toBe(400);
    expect((await couch('POST', '/reading/_compact', { body: {} })).status).toBe(202);
  });

  test('the server itself', async () => {
    expect((await couch('GET', '/')).json).toMatchObject({
      couchdb: 'Welcome',
      uuid: world.store.uuid,
      vendor: { name: 'Network25' },
    });
    expect((await couch('GET', '/_up')).json).toMatchObject({ status: 'ok' });
    expect((await couch('GET', '/_uuids?count=3')).json).toMatchObject({
      uuids: [expect.stringMatching(/^[0-9a-f]{32}$/), expect.anything(), expect.anything()],
    });
    expect((await couch('GET', '/_session')).json).toMatchObject({ userCtx: { name: null } });
  });
});
