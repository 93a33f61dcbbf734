import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { asBytes } from '../../native-host/bytes.ts';
import { person } from '../domain/people.ts';
import { couchAt, type Couch, type Reply } from './couchdb-client.ts';
import { openWorld, type World } from './endpoint-world.ts';

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
  db = `/files${(count += 1)}`;
  await couch('PUT', db);
});

const noise = Buffer.from(Array.from({ length: 3_000 }, (_, index) => (index * 7_919) % 256));
const digestOf = (bytes: Buffer) => createHash('md5').update(asBytes(bytes)).digest('base64');
const revOf = (reply: Reply) => (reply.json as { rev: string }).rev;
const said = ({ status, json }: Reply) => [status, (json as { error?: string }).error];

/** A multipart message with this boundary. */
function multipart(
  parts: readonly { head: Record<string, string>; body: Buffer | string }[],
): Buffer {
  const pieces = parts.flatMap(({ head, body }) => [
    Buffer.from(
      `--outer\r\n${Object.entries(head)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    ),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from('--outer--')].map(asBytes));
}

const related = { 'content-type': 'multipart/related; boundary="outer"' };

describe('one attachment', () => {
  test('is put, read, replaced and deleted by its own path', async () => {
    const put = await couch('PUT', `${db}/a/b.bin`, {
      body: noise,
      headers: { 'content-type': 'image/x' },
    });
    expect([put.status, put.json]).toEqual([
      201,
      { ok: true, id: 'a', rev: expect.stringMatching(/^1-/) },
    ]);
    const got = await couch('GET', `${db}/a/b.bin`);
    expect(got.bytes.equals(noise)).toBe(true);
    expect(got.headers.get('content-type')).toBe('image/x');
    expect(got.headers.get('etag')).toBe(`"${digestOf(noise)}"`);
    expect(got.headers.get('content-security-policy')).toMatch(/^sandbox;/);

    const etag = got.headers.get('etag') ?? '';
    const again = await couch('GET', `${db}/a/b.bin`, { headers: { 'if-none-match': etag } });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
    const head = await couch('HEAD', `${db}/a/b.bin`);
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '3000']);

    expect(said(await couch('PUT', `${db}/a/b.bin`, { body: 'x' }))).toEqual([409, 'conflict']);
    expect(said(await couch('PUT', `${db}/a/b.bin?rev=1-0`, { body: 'x' }))).toEqual([
      409,
      'conflict',
    ]);
    const other = await couch('PUT', `${db}/a/folder/c.txt`, {
      body: 'text',
      headers: { 'content-type': 'text/plain', 'if-match': `"${revOf(put)}"` },
    });
    expect(other.status).toBe(201);
    expect((await couch('GET', `${db}/a`)).json).toMatchObject({
      _attachments: {
        'b.bin': { stub: true, length: 3_000, revpos: 1, digest: `md5-${digestOf(noise)}` },
        'folder/c.txt': { stub: true, length: 4, revpos: 2, content_type: 'text/plain' },
      },
    });
    expect((await couch('GET', `${db}/a/folder%2Fc.txt`)).bytes.toString()).toBe('text');

    expect(said(await couch('DELETE', `${db}/a/b.bin`))).toEqual([409, 'conflict']);
    const deleted = await couch('DELETE', `${db}/a/b.bin?rev=${revOf(other)}`);
    expect([deleted.status, deleted.json]).toMatchObject([200, { ok: true, id: 'a' }]);
    expect(said(await couch('GET', `${db}/a/b.bin`))).toEqual([404, 'not_found']);
    const before = await couch('GET', `${db}/a/b.bin?rev=${revOf(put)}`);
    expect(before.bytes.equals(noise)).toBe(true);
  });

  test('of a design document is data like any other', async () => {
    const put = await couch('PUT', `${db}/_design/app/index.html`, {
      body: '<p>',
      headers: { 'content-type': 'text/html' },
    });
    expect(put.status).toBe(201);
    const got = await couch('GET', `${db}/_design/app/index.html`);
    expect([got.bytes.toString(), got.headers.get('content-security-policy')]).toEqual([
      '<p>',
      expect.stringMatching(/^sandbox;/),
    ]);
    expect((await couch('GET', `${db}/_design/app/_view/all`)).status).toBe(501);
  });

  test.each([
    ['no document', 'GET', '/none/x', undefined, 404, 'not_found'],
    ['no document to delete from', 'DELETE', '/none/x', undefined, 404, 'not_found'],
    ['a name that may not be', 'PUT', '/a/_x', 'x', 400, 'bad_request'],
    ['a document that may not be', 'PUT', '/_a/x', 'x', 400, 'illegal_docid'],
    ['another method', 'POST', '/a/x', 'x', 405, 'method_not_allowed'],
    ['too much', 'PUT', '/a/x', 'x'.repeat(8_388_609), 413, 'too_large'],
  ])('%s', async (_, method, path, body, status, error) => {
    expect(said(await couch(method, db + path, { body }))).toEqual([status, error]);
  });

  test('an empty one is one', async () => {
    await couch('PUT', `${db}/a/empty`, { body: '' });
    const got = await couch('GET', `${db}/a/empty`);
    expect([got.status, got.bytes.length]).toEqual([200, 0]);
    expect((await couch('GET', `${db}/a?attachments=true`)).json).toMatchObject({
      _attachments: { empty: { data: '' } },
    });
  });

  test('what came packed is kept unpacked', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'text/plain' };
    await couch('PUT', `${db}/a/t`, { body: gzipSync('hello'), headers });
    expect((await couch('GET', `${db}/a/t`)).bytes.toString()).toBe('hello');
  });
});

describe('a document with its attachments behind it', () => {
  /** As CouchDB's replicator sends one: texts packed, the old ones as stubs. */
  test('is taken as multipart/related', async () => {
    const packed = gzipSync('a long text '.repeat(100));
    const document = {
      _id: 'a',
      _rev: '2-b',
      _revisions: { start: 2, ids: ['b', 'a'] },
      _attachments: {
        '2': { content_type: 'image/x', revpos: 1, length: 3_000, follows: true },
        '1': {
          content_type: 'text/plain',
          revpos: 2,
          encoding: 'gzip',
          encoded_length: packed.length,
          length: 1_200,
          follows: true,
        },
      },
    };
    const body = multipart([
      { head: { 'Content-Type': 'application/json' }, body: JSON.stringify(document) },
      { head: { 'Content-Disposition': 'attachment; filename="2"' }, body: noise },
      { head: { 'Content-Disposition': 'attachment; filename="1"' }, body: packed },
    ]);
    const put = await couch('PUT', `${db}/a?new_edits=false`, { body, headers: related });
    expect([put.status, put.json]).toEqual([201, { ok: true, id: 'a', rev: '2-b' }]);
    expect((await couch('GET', `${db}/a/2`)).bytes.equals(noise)).toBe(true);
    expect((await couch('GET', `${db}/a/1`)).bytes.toString()).toBe('a long text '.repeat(100));

    // The next revision names what is here by stubs, with the hash CouchDB has of the packed bytes.
    const stub = { stub: true, revpos: 2, digest: `md5-${digestOf(packed)}`, length: 1_200 };
    const next = {
      _id: 'a',
      _rev: '3-c',
      _revisions: { start: 3, ids: ['c', 'b', 'a'] },
      _attachments: { '1': { content_type: 'text/plain', ...stub } },
    };
    const pushed = await couch('PUT', `${db}/a?new_edits=false`, { body: next });
    expect([pushed.status, pushed.json]).toEqual([201, { ok: true, id: 'a', rev: '3-c' }]);
    expect((await couch('GET', `${db}/a/1`)).bytes.toString()).toBe('a long text '.repeat(100));
    const unknown = { ...next, _id: 'other', _rev: '1-c', _revisions: undefined };
    expect(said(await couch('PUT', `${db}/other?new_edits=false`, { body: unknown }))).toEqual([
      412,
      'missing_stub',
    ]);
  });

  test('is given as multipart/mixed to who asks for revisions, what they know already as stubs', async () => {
    const one = await couch('PUT', `${db}/a/old`, {
      body: 'old',
      headers: { 'content-type': 'x/y' },
    });
    const two = await couch('PUT', `${db}/a/new?rev=${revOf(one)}`, { body: noise });
    const revs = encodeURIComponent(JSON.stringify([revOf(two), '9-x']));
    const since = encodeURIComponent(JSON.stringify([revOf(one)]));
    const path = `${db}/a?revs=true&latest=true&open_revs=${revs}&atts_since=${since}`;
    const { headers, bytes } = await couch('GET', path, { headers: { accept: 'multipart/mixed' } });
    const boundary = /^multipart\/mixed; boundary="(\w+)"$/.exec(headers.get('content-type') ?? '');
    const text = bytes.toString('latin1');
    const [before, whole = '', missing, end] = text.split(`--${boundary?.[1] ?? '?'}`);
    expect([before, missing, end]).toEqual([
      '',
      '\r\nContent-Type: application/json; error="true"\r\n\r\n{"missing":"9-x"}\r\n',
      '--\r\n',
    ]);
    const inner = /^\r\nContent-Type: multipart\/related; boundary="(\w+)"\r\n\r\n/.exec(whole);
    const [, json = '', data = '', last] = whole.split(`--${inner?.[1] ?? '?'}`);
    expect(JSON.parse(json.slice(json.indexOf('{')))).toMatchObject({
      _rev: revOf(two),
      _attachments: {
        old: { stub: true, revpos: 1, length: 3 },
        new: { follows: true, revpos: 2, length: 3_000 },
      },
    });
    expect(data).toMatch(/^\r\nContent-Disposition: attachment; filename="new"\r\n/);
    expect(data.slice(data.indexOf('\r\n\r\n') + 4, -2)).toBe(noise.toString('latin1'));
    expect(last).toBe('--\r\n\r\n');
  });

  test('is given by _bulk_get in parts to who takes no JSON', async () => {
    await couch('PUT', `${db}/a/x`, { body: 'data' });
    const got = await couch('POST', `${db}/_bulk_get?revs=true`, {
      body: { docs: [{ id: 'a' }, { id: 'b', rev: '1-b' }] },
      headers: { accept: 'multipart/mixed' },
    });
    expect(got.headers.get('content-type')).toMatch(/^multipart\/mixed/);
    expect(got.bytes.toString()).toMatch(/X-Doc-Id: a\r\n[^]*filename="x"[^]*data\r\n/);
    expect(got.bytes.toString()).toMatch(/error="true"\r\n\r\n{"id":"b","rev":"1-b",/);
  });

  test('goes round: what we give as multipart/related we take', async () => {
    await couch('PUT', `${db}/a`, {
      body: { _attachments: { x: { data: noise.toString('base64') }, y: { data: 'aGk=' } } },
    });
    const got = await couch('GET', `${db}/a?attachments=true&revs=true`, {
      headers: { accept: 'multipart/related' },
    });
    const type = got.headers.get('content-type') ?? '';
    expect(type).toMatch(/^multipart\/related; boundary=/);
    await couch('PUT', `${db}copy`);
    const put = await couch('PUT', `${db}copy/a?new_edits=false`, {
      body: got.bytes,
      headers: { 'content-type': type },
    });
    expect(put.status).toBe(201);
    expect((await couch('GET', `${db}copy/a?attachments=true`)).json).toEqual(
      (await couch('GET', `${db}/a?attachments=true`)).json,
    );
  });

  test.each([
    ['cut short', '--outer\r\n\r\n{}\r\n--out'],
    ['without a document', '--outer\r\n\r\n[]\r\n--outer--'],
    [
      'without what it says follows',
      '--outer\r\n\r\n{"_attachments":{"a":{"follows":true}}}\r\n--outer--',
    ],
    [
      'with what is not packed as it says',
      multipart([
        { head: {}, body: '{"_attachments":{"a":{"follows":true,"encoding":"gzip"}}}' },
        { head: {}, body: 'x' },
      ]),
    ],
    ['of nothing', ''],
  ])('%s it is refused', async (_, body) => {
    expect(said(await couch('PUT', `${db}/a`, { body, headers: related }))).toEqual([
      400,
      'bad_request',
    ]);
  });

  test('a small part that unpacks to much is refused', async () => {
    const body = multipart([
      { head: {}, body: '{"_attachments":{"a":{"follows":true,"encoding":"gzip"}}}' },
      { head: {}, body: gzipSync(new Uint8Array(20_000_000)) },
    ]);
    expect(said(await couch('PUT', `${db}/a`, { body, headers: related }))).toEqual([
      413,
      'too_large',
    ]);
  });
});

test('the owner’s port and the onion door take no attachments and show none', async () => {
  const owner = (method: string, path: string, body?: unknown) =>
    world.endpoint.handle(
      {
        method,
        path,
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      { kind: 'owner' },
    );
  const document = { _id: 'a', _attachments: { x: { data: 'aGk=' } } };
  expect((await owner('PUT', `${db}/a`, document)).status).toBe(403);
  expect((await owner('POST', `${db}/_bulk_docs`, { docs: [document] })).status).toBe(403);
  expect((await owner('POST', db, document)).status).toBe(403);
  expect((await owner('PUT', `${db}/a/x`, 'x')).status).toBe(404);
  expect((await owner('GET', `${db}/a/x`)).status).toBe(404);
});
