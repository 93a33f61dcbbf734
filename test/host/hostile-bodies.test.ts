import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { asBytes } from '../../native-host/bytes.ts';
import { openHostileWorld, raw, statuses, type HostileWorld } from './hostile-world.ts';

/** What comes in a request's body, from a peer on the list, from strangers, and at the door opened by hand. */

let world: HostileWorld;
beforeAll(async () => {
  world = await openHostileWorld();
});
afterAll(() => world.close());
afterEach(() => world.expectWell());

type Door = 'peer' | 'stranger' | 'open';

/** A POST of these bytes; the whole answer. */
async function post(
  door: Door,
  path: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const bytes = typeof body === 'string' ? asBytes(Buffer.from(body)) : body;
  const client = door === 'open' ? world.open : world.onion;
  const lines = {
    host: client.host,
    'content-type': 'application/json',
    'content-length': String(bytes.length),
    connection: 'close',
    ...(door === 'peer' ? { authorization: `Bearer ${world.eve.token}` } : {}),
    ...headers,
  };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  const start = Buffer.from(`POST ${path} HTTP/1.1\r\n${head.join('')}\r\n`, 'latin1');
  const answer = await raw(asBytes(Buffer.concat([asBytes(start), bytes])), client.port);
  world.expectDiscreet(answer);
  return answer;
}

/** Where each may send something, and what everybody has in common there. */
const targets = (): [Door, string][] => [
  ['peer', `/${world.names.blog}/_bulk_docs`],
  ['peer', `/${world.names.blog}/_revs_diff`],
  ['peer', `/${world.names.blog}/_bulk_get`],
  ['stranger', `/${world.names.inbox}/_bulk_docs`],
  ['stranger', `/${world.names.profile}/_all_docs`],
  ['open', `/${world.names.profile}/_bulk_docs`],
  ['open', `/${world.names.profile}/_changes?filter=_doc_ids`],
];

describe('JSON that is made to hurt', () => {
  const refused: [string, string | Uint8Array][] = [
    ['deep lists', '['.repeat(200_000)],
    ['deep lists with an end', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['deep objects', `{"docs":[${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}]}`],
    ['a text without an end', `{"docs":["${'\\"'.repeat(200_000)}`],
    ['half of a document', '{"docs":[{"_id":"a"'],
    ['nothing', ''],
    ['NaN', '{"docs":NaN}'],
    ['comments', '{"docs":[/* */]}'],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0xc0, 0xaf, 0x22])],
    ['UTF-16', asBytes(Buffer.from('{"docs":[]}', 'utf16le'))],
    ['a number', '1'.repeat(400_000)],
    ['null', 'null'],
    ['a list', '[]'],
    ['lists for everything', '{"docs":[[]],"keys":[[]],"doc_ids":[[]]}'],
    ['numbers for everything', '{"docs":[1e999999],"keys":[-1e-999999],"doc_ids":[0]}'],
  ];
  test.each(refused)('%s', async (_, body) => {
    for (const [door, path] of targets()) {
      const [status = 0] = statuses(await post(door, path, body));
      // Some of it is a list of documents of which each is refused.
      const isList = door === 'peer' && status === 201;
      expect(isList || (status >= 400 && status < 500), `${path} ${status}`).toBe(true);
    }
  });

  test.each([
    ['a prototype', '{"__proto__":{"docs":[]},"constructor":{"prototype":{"x":1}},"docs":[]}'],
    ['a key twice', '{"docs":[{"_id":"a"}],"docs":[]}'],
    ['half a character', '{"docs":[{"_id":"\\ud800","x":"\\udc00"}]}'],
    ['zero bytes in texts', '{"docs":[{"_id":"a\\u0000b"}],"keys":["\\u0000"]}'],
    [
      'many names',
      `{"docs":[{${Array.from({ length: 20_000 }, (_, at) => `"k${at}":0`).join()}}]}`,
    ],
  ])('%s is no more than that', async (_, body) => {
    for (const [door, path] of targets()) {
      expect(statuses(await post(door, path, body)).every((status) => status < 500)).toBe(true);
    }
    expect(Object.keys({})).toEqual([]);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  test('millions of values are counted, not made', async () => {
    const wide = `{"docs":[${'[],'.repeat(5_000_000)}[]]}`;
    for (const door of ['peer', 'open'] as const) {
      const answer = await post(door, `/${world.names.blog}/_bulk_docs`, wide);
      expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*JSON may hold at most \d+ values/);
    }
  });

  test('a little that unpacks to a lot is unpacked to the limit', async () => {
    const bomb = asBytes(gzipSync(' '.repeat(200_000_000)));
    const packed = { 'content-encoding': 'gzip' };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        post('peer', `/${world.names.blog}/_bulk_docs`, bomb, packed),
      ),
    );
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    const twice = asBytes(gzipSync(bomb));
    const path = `/${world.names.profile}/_all_docs`;
    for (const encoding of ['gzip, gzip', 'deflate', 'br', 'gzip;q=1']) {
      const [status] = statuses(
        await post('stranger', path, twice, { 'content-encoding': encoding }),
      );
      expect(status, encoding).toBe(415);
    }
    expect(statuses(await post('stranger', path, twice, packed))).toEqual([400]);
  });
});

describe('histories', () => {
  const history = (start: number, count: number): object => ({
    _id: 'tall',
    _rev: `${start}-a0`,
    _revisions: { start, ids: Array.from({ length: count }, (_, at) => `a${at}`) },
  });

  test('that are long come to an end', async () => {
    const blog = `/${world.names.blog}/_bulk_docs`;
    const profile = `/${world.names.profile}/_bulk_docs`;
    const body = (document: object) => JSON.stringify({ new_edits: false, docs: [document] });
    expect(await post('peer', blog, body(history(90_000, 90_000)))).toMatch(/"error":"forbidden"/);
    expect(await post('peer', blog, body(history(200_000, 200_000)))).toMatch(/^HTTP\/1\.1 413/);
    expect(await post('open', profile, body(history(1_100_000, 1_100_000)))).toMatch(/ 413 /);
    // Longer than is kept: the newest of it are.
    expect(statuses(await post('open', profile, body(history(300_000, 300_000))))).toEqual([201]);
    const kept = await world.open.ask('GET', `/${world.names.profile}/tall?revs=true`);
    const { _revisions } = kept.json as { _revisions: { ids: string[] } };
    expect(_revisions.ids.length).toBeLessThanOrEqual(1_000);
  });

  test('with hundreds of ends are still read', async () => {
    const docs = Array.from({ length: 300 }, (_, at) => ({ _id: 'wide', _rev: `2-b${at}` }));
    const path = `/${world.names.profile}`;
    const body = JSON.stringify({ new_edits: false, docs });
    expect(statuses(await post('open', `${path}/_bulk_docs`, body))).toEqual([201]);
    for (const query of ['open_revs=all', 'conflicts=true&revs=true&revs_info=true', 'rev=2-b7']) {
      expect((await world.open.ask('GET', `${path}/wide?${query}`)).status).toBe(200);
    }
    const asked = { wide: docs.map(({ _rev }) => _rev) };
    const diff = await world.open.ask('POST', `${path}/_revs_diff`, { body: asked });
    expect(diff.json).toEqual({});
  });
});

test('multipart that never ends, or is all ends, is refused', async () => {
  const put = async (body: string, boundary: string): Promise<number> => {
    const headers = { 'content-type': `multipart/related; boundary="${boundary}"` };
    const answer = await world.open.ask('PUT', `/${world.names.profile}/parts`, { body, headers });
    world.expectDiscreet(answer.text);
    return answer.status;
  };
  const part = (boundary: string, text: string): string =>
    `--${boundary}\r\nContent-Type: application/json\r\n\r\n${text}\r\n`;
  const nested = 'Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n';
  for (const body of [
    '--b',
    '--b\r\n',
    part('b', '{}'),
    part('b', '{}').repeat(5_000),
    `--b\r\n${'X: y\r\n'.repeat(100_000)}\r\n{}\r\n--b--`,
    `--b\r\n${nested.repeat(10_000)}`,
    '--b--'.repeat(100_000),
    `${part('b', '['.repeat(100_000))}--b--`,
    `${part('b', '{"_attachments":{"a":{"follows":true,"length":1e300}}}')}--b--`,
  ]) {
    const status = await put(body, 'b');
    expect(status >= 400 && status < 500, `${status} ${body.slice(0, 160)}`).toBe(true);
  }
  expect(await put(`--${'b'.repeat(5_000)}--`, 'b'.repeat(5_000))).toBe(415);
});
