import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asBytes } from '../../native-host/bytes.ts';
import { person } from '../domain/people.ts';
import { couchAt, type Couch } from './couchdb-client.ts';
import { openWorld, type World } from './endpoint-world.ts';
import { finished, newDatabase } from './store-helpers.ts';

let world: World;
let couch: Couch;
beforeAll(async () => {
  world = await openWorld(person('Alice').identity.address);
  couch = couchAt(world.open);
  await (await newDatabase(world.store, 'db')).write(finished(1_200), false);
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});

const json = { 'content-type': 'application/json' };

/** The body as it came through the wire. */
async function raw(path: string, headers: Record<string, string>) {
  const answer = await world.open.open('GET', path, { headers });
  const pieces: Uint8Array[] = [];
  for await (const piece of answer) pieces.push(asBytes(piece as Buffer));
  return { headers: answer.headers, bytes: Buffer.concat(pieces) };
}

test('a packed body is read as what it holds', async () => {
  const body = gzipSync(JSON.stringify({ docs: [{ _id: 'packed' }] }));
  const headers = { ...json, 'content-encoding': 'gzip' };
  const put = await couch('POST', '/db/_bulk_docs', { body, headers });
  expect([put.status, put.json]).toMatchObject([201, [{ ok: true, id: 'packed' }]]);
});

test.each([
  ['that unpacks to too much', gzipSync(' '.repeat(17_000_000)), 'gzip', 413, 'too_large'],
  ['that is not packed', Buffer.from('{"docs":[]}'), 'gzip', 400, 'bad_request'],
  ['cut short', gzipSync('{"docs":[]}').subarray(0, -6), 'gzip', 400, 'bad_request'],
  ['packed in another way', Buffer.from('{}'), 'br', 415, 'bad_content_type'],
])('a body %s is refused', async (_, body, encoding, status, error) => {
  const headers = { ...json, 'content-encoding': encoding };
  const answer = await couch('POST', '/db/_bulk_docs', { body, headers });
  expect([answer.status, answer.json]).toMatchObject([status, { error }]);
});

test.each(['/db/_all_docs?include_docs=true', '/db/_changes', '/db/_changes?limit=100'])(
  '%s comes packed to who takes it so, and holds the same',
  async (path) => {
    const plain = await raw(path, {});
    const packed = await raw(path, { 'accept-encoding': 'deflate, gzip;q=0.8' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(asBytes(packed.bytes)).toString()).toBe(plain.bytes.toString());
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 2);
  },
);

test.each([
  ['who refuses it', '/db/_changes', 'gzip;q=0, *'],
  ['who takes something else', '/db/_changes', 'br'],
  ['nobody where it does not pay', '/db/d000001', 'gzip'],
])('%s gets it as it is', async (_, path, encoding) => {
  const { headers } = await raw(path, { 'accept-encoding': encoding });
  expect(headers['content-encoding']).toBeUndefined();
});

test('what a feed says goes out at once, as it is', async () => {
  const end = new AbortController();
  const answer = await world.open.open(
    'GET',
    '/db/_changes?feed=continuous&since=0&heartbeat=10000',
    { headers: { 'accept-encoding': 'gzip' } },
    end.signal,
  );
  expect(answer.headers['content-encoding']).toBeUndefined();
  for await (const piece of answer) {
    expect(String(piece)).toMatch(/^{"seq":/);
    break;
  }
  end.abort();
});
