import { afterAll, beforeAll, expect, test } from 'vitest';
import { person } from '../domain/people.ts';
import { couchAt, type Couch } from './couchdb-client.ts';
import { openWorld, type World } from './endpoint-world.ts';

let world: World;
let couch: Couch;
let rev: string;
beforeAll(async () => {
  world = await openWorld(person('Alice').identity.address);
  couch = couchAt(world.open);
  await couch('PUT', '/db');
  const put = await couch('PUT', '/db/a', { body: { n: 1 } });
  ({ rev } = put.json as { rev: string });
  await couch('PUT', '/db/_local/l', { body: {} });
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});

test.each([
  '/',
  '/_up',
  '/_uuids',
  '/_session',
  '/_all_dbs',
  '/_db_updates',
  '/db',
  '/db/',
  '/db/_all_docs',
  '/db/_changes',
  '/db/_security',
  '/db/_revs_limit',
  '/db/a',
  '/db/_local/l',
  '/db/nothing',
  '/nothing',
])('HEAD %s says what GET says, without a body', async (path) => {
  const [got, head] = [await couch('GET', path), await couch('HEAD', path)];
  expect([head.status, head.bytes.length]).toEqual([got.status, 0]);
  for (const name of ['content-type', 'etag']) {
    expect(head.headers.get(name), name).toBe(got.headers.get(name));
  }
  // A listing is not made for its length: there HEAD says none.
  const length = /_(all_docs|changes)/.test(path) ? null : got.headers.get('content-length');
  if (path !== '/_uuids') expect(head.headers.get('content-length')).toBe(length);
});

test('a document says its revision, and where it is', async () => {
  const got = await couch('GET', '/db/a');
  expect(got.headers.get('etag')).toBe(`"${rev}"`);
  for (const tags of [`"${rev}"`, `W/"${rev}"`, `"9-x", "${rev}"`]) {
    const again = await couch('GET', '/db/a', { headers: { 'if-none-match': tags } });
    expect([again.status, again.bytes.length], tags).toEqual([304, 0]);
  }
  const changing = await couch('GET', '/db/a?conflicts=true', {
    headers: { 'if-none-match': `"${rev}"` },
  });
  expect(changing.status).toBe(200);
  const put = await couch('PUT', '/db/b%2Fc', { body: {} });
  expect(put.headers.get('location')).toBe('/db/b%2Fc');
  const { rev: made } = put.json as { rev: string };
  expect(put.headers.get('etag')).toBe(`"${made}"`);
  const deleted = await couch('PUT', '/db/b%2Fc', { body: { _rev: made, _deleted: true } });
  expect(deleted.status).toBe(200);
});

test.each<
  [what: string, method: string, path: string, sent: object, status: number, error: string]
>([
  ['a conflict', 'PUT', '/db/a', { body: {} }, 409, 'conflict'],
  [
    'a conflict in the head',
    'PUT',
    '/db/a',
    { body: {}, headers: { 'if-match': '"1-0"' } },
    409,
    'conflict',
  ],
  ['two revisions', 'PUT', '/db/a?rev=1-b', { body: { _rev: '1-a' } }, 400, 'bad_request'],
  [
    'two revisions outside',
    'DELETE',
    '/db/a?rev=1-b',
    { headers: { 'if-match': '1-a' } },
    400,
    'bad_request',
  ],
  ['a name that is taken', 'PUT', '/db', {}, 412, 'file_exists'],
  [
    'text that says it is none',
    'PUT',
    '/db/x',
    { body: '{}', headers: { 'content-type': 'text/plain' } },
    415,
    'bad_content_type',
  ],
  [
    'a form',
    'POST',
    '/db',
    { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    415,
    'bad_content_type',
  ],
  ['a method', 'PATCH', '/db/a', { body: {} }, 405, 'method_not_allowed'],
  ['a method of a list', 'PUT', '/db/_all_docs', { body: {} }, 405, 'method_not_allowed'],
  ['a method of the server', 'DELETE', '/', {}, 405, 'method_not_allowed'],
  [
    'a stub of nothing',
    'PUT',
    '/db/x',
    { body: { _attachments: { f: { stub: true } } } },
    412,
    'missing_stub',
  ],
  ['a security that is none', 'PUT', '/db/_security', { body: { admins: 7 } }, 400, 'bad_request'],
])('%s is refused as CouchDB does', async (_, method, path, sent, status, error) => {
  const answer = await couch(method, path, sent);
  expect([answer.status, answer.json]).toEqual([
    status,
    { error, reason: expect.stringMatching(/^\w.{9,}/) },
  ]);
});

test('what is not allowed is answered with what is', async () => {
  const { headers } = await couch('POST', '/db/a', { body: {} });
  expect(headers.get('allow')).toBe('GET, HEAD, PUT, DELETE, COPY');
});

test('a security object is kept for who copies it along', async () => {
  const security = { admins: { names: ['amon'], roles: [] }, members: { names: [], roles: ['x'] } };
  for (const object of [{}, security]) {
    expect((await couch('PUT', '/db/_security', { body: object })).json).toEqual({ ok: true });
    expect((await couch('GET', '/db/_security')).json).toEqual(object);
  }
});

test('older replicators ask for missing revisions in their own way', async () => {
  const asked = { a: [rev, '2-x'], b: ['1-y'] };
  expect((await couch('POST', '/db/_missing_revs', { body: asked })).json).toEqual({
    missing_revs: { a: ['2-x'], b: ['1-y'] },
  });
});

/** PouchDB's own suite compares what CouchDB says to the letter. */
test.each<[error: string, reason: string, method: string, path: string, body: unknown]>([
  ['bad_request', 'Invalid rev format', 'PUT', '/db/r', { _rev: '1-ok-bad' }],
  ['bad_request', 'Document must be a JSON object', 'POST', '/db/_bulk_docs', { docs: [null] }],
  ['doc_validation', 'Bad special document member: _zing', 'POST', '/db', { _zing: 4 }],
  ['illegal_docid', 'Only reserved document ids may start with underscore.', 'PUT', '/db/_i', {}],
  ['illegal_docid', 'Document id must be a string', 'POST', '/db', { _id: 123 }],
  ['conflict', 'Document update conflict.', 'PUT', '/db/a', {}],
  ['not_found', 'missing', 'GET', '/db/never', undefined],
  ['not_found', 'Database does not exist.', 'GET', '/never', undefined],
  ['not_found', 'Document is missing attachment', 'GET', '/db/a/never', undefined],
])('%s: %s', async (error, reason, method, path, body) => {
  expect((await couch(method, path, { body })).json).toEqual({ error, reason });
});

test('what describes a replication is kept in its document, and a checkpoint may come in a batch', async () => {
  const told = { _replication_id: 'x', _replication_state: 'triggered', _replication_stats: {} };
  const posted = await couch('POST', '/db', { body: told });
  const { id } = posted.json as { id: string };
  expect((await couch('GET', `/db/${id}`)).json).toMatchObject(told);
  const both = await couch('POST', '/db/_bulk_docs', {
    body: { docs: [{ _id: '_local/bar' }, { _id: 'baz' }] },
  });
  expect(both.json).toMatchObject([{ ok: true }, { ok: true }]);
});

test('local documents have no attachments', async () => {
  const put = await couch('PUT', '/db/_local/bin', {
    body: { n: 1, _attachments: { 'foo.txt': { data: 'aGk=' } } },
  });
  expect(put.status).toBe(201);
  expect((await couch('GET', '/db/_local/bin')).json).toEqual({
    _id: '_local/bin',
    _rev: '0-1',
    n: 1,
  });
  const attachment = await couch('GET', '/db/_local/bin/foo.txt');
  expect([attachment.status, attachment.json]).toEqual([
    400,
    { error: 'bad_request', reason: '_local documents do not accept attachments.' },
  ]);
});
