import { connect } from 'node:net';
import { once } from 'node:events';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, describe, test } from 'vitest';
import { CodedError } from '../../src/protocol/codes.ts';
import { profileSpace } from '../../src/domain/space/charter.ts';
import { createEndpoint } from '../../native-host/endpoint/endpoint.ts';
import { createOnionDoor, openOpenDoor } from '../../native-host/endpoint/doors/server.ts';
import { createHttpDoor } from '../../native-host/endpoint/doors/http-door.ts';
import { person } from '../domain/people.ts';
import { accessList, Client, openWorld, temporaryFolder, type World } from './endpoint-world.ts';
import { newDatabase } from './store-helpers.ts';

const alice = person('Alice').identity;
const name = profileSpace(alice.publicKey).name;
let world: World;
beforeAll(async () => {
  world = await openWorld(alice.address);
  const database = await newDatabase(world.store, name);
  await database.write([{ _id: 'doc' }], true);
  await newDatabase(world.store, 'db');
  world.access.set(accessList([{ name, door: 'signed', readers: 'anyone' }], []));
});
afterAll(() => world.close());
afterEach(() => expect(world.faults.splice(0)).toEqual([]));

/** Bytes as they are, and all that comes back. */
async function raw(text: string, port = world.onion.port): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.setEncoding('utf8');
  let answer = '';
  socket.on('data', (piece) => (answer += String(piece)));
  socket.write(text);
  await once(socket, 'close', { signal: AbortSignal.timeout(20_000) });
  return answer;
}

describe('what is no proper HTTP', () => {
  test.each([
    ['noise', '\u0000\u0001\u0002\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'length and chunks',
      'POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a method of its own', 'STEAL / HTTP/1.1\r\n\r\n'],
  ])('%s gets 400 in the API’s form, and the end of the connection', async (_, text) => {
    const answer = await raw(text);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/{"error":"bad_request","reason":"This is not HTTP\/1.1."}/);
  });

  test('a head over the limit gets 431', async () => {
    const answer = await raw(`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 .*bad_request/s);
  });

  test.each([
    'GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    'CONNECT a:1 HTTP/1.1\r\n\r\n',
  ])('neither upgrades nor tunnels: %j', async (text) => {
    expect(await raw(text)).not.toMatch(/^HTTP\/1\.1 (101|200)/);
  });
});

describe('the onion door answers only who means us', () => {
  const ask = (host: string, headers = {}) =>
    new Client(world.onion.port, host).ask('GET', '/', { headers });

  test.each([
    'localhost',
    '127.0.0.1',
    'evil.example',
    alice.address as string,
    `${alice.address}:80`,
    `www.${alice.address}:25984`,
    `${person('Bob').identity.address}:25984`,
    '',
  ])('a request for %j is misdirected', async (host) => {
    expect((await ask(host)).status).toBe(421);
  });

  test('a request for our address is answered, in whatever case', async () => {
    expect((await ask(`${alice.address.toUpperCase()}:25984`)).status).toBe(200);
  });

  test.each([
    'http://evil.example',
    'https://a.onion',
    'null',
    `http://${alice.address}:25984`,
    '',
  ])('a web page (%j) is refused, an add-on’s own is not', async (origin) => {
    expect((await ask(world.onion.host, { origin })).status).toBe(403);
    expect((await world.open.ask('GET', '/', { headers: { origin } })).status).toBe(403);
  });

  test('an add-on that does not name itself is let in with JSON, which no web page can send', async () => {
    const post = (type: string) =>
      world.onion.ask('POST', `/${name}/_bulk_get`, {
        headers: { origin: 'null', 'content-type': type },
        body: '{"docs":[]}',
      });
    expect((await post('application/json')).status).not.toBe(403);
    expect((await post('text/plain')).status).toBe(403);
    const preflight = await world.onion.ask('OPTIONS', `/${name}/_bulk_get`, {
      headers: { origin: 'null', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(403);
  });

  test('an add-on’s own page is let in, and no answer invites web pages', async () => {
    const answer = await ask(world.onion.host, { origin: 'moz-extension://1-2-3' });
    expect(answer.status).toBe(200);
    expect(
      Object.keys(answer.headers).filter((header) => header.startsWith('access-control')),
    ).toEqual([]);
    const preflight = await world.onion.ask('OPTIONS', `/${name}`, {
      headers: { origin: 'moz-extension://1-2-3', 'access-control-request-method': 'PUT' },
    });
    expect(preflight.status).toBe(405);
  });

  test('no answer tells our clock, by which two addresses of one computer could be known', async () => {
    expect((await ask(world.onion.host)).headers['date']).toBeUndefined();
  });

  test('without an address of our own nobody is', async () => {
    const { endpoint, access, desk } = world;
    const door = createOnionDoor({ endpoint, access, desk, address: () => undefined });
    const place = await door.listen({ host: '127.0.0.1', port: 0 });
    const { status } = await new Client('port' in place ? place.port : 0).ask('GET', '/');
    expect(status).toBe(421);
    await door.close();
  });

  test('the open door opens on loopback only, for loopback names only', async () => {
    for (const host of ['0.0.0.0', '::', 'localhost', '192.168.1.1']) {
      await expect(openOpenDoor(world.endpoint, { host, port: 0 })).rejects.toThrow(/loopback/);
    }
    const { port } = world.open;
    expect((await new Client(port, `localhost:${port}`).ask('GET', '/')).status).toBe(200);
    expect((await new Client(port, `evil.example:${port}`).ask('GET', '/')).status).toBe(421);
  });
});

describe('requests that are out of order', () => {
  const open = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    world.open.ask(method, path, { body, ...(headers ? { headers } : {}) });

  test.each([
    ['no JSON', 'POST', '/db/_bulk_docs', '{"docs":[', 400, 'bad_request'],
    ['JSON of another form', 'POST', '/db/_bulk_docs', { docs: 7 }, 400, 'bad_request'],
    ['no documents', 'POST', '/db/_bulk_docs', {}, 400, 'bad_request'],
    ['a document that is none', 'POST', '/db/_bulk_docs', { docs: [[]] }, 400, 'bad_request'],
    [
      'an _id that is no text',
      'POST',
      '/db/_bulk_docs',
      { docs: [{ _id: 7 }] },
      400,
      'illegal_docid',
    ],
    ['a reserved _id', 'PUT', '/db/_x', {}, 400, 'illegal_docid'],
    ['a revision that is none', 'PUT', '/db/a', { _rev: 'x' }, 400, 'bad_request'],
    ['a field of CouchDB’s that is none', 'PUT', '/db/a', { _x: 1 }, 400, 'doc_validation'],
    ['a prototype', 'PUT', '/db/a', '{"__proto__":{"x":1}}', 400, 'doc_validation'],
    ['_deleted that is no truth', 'PUT', '/db/a', { _deleted: 'no' }, 400, 'doc_validation'],
    [
      'an attachment without data',
      'PUT',
      '/db/a',
      { _attachments: { a: {} } },
      400,
      'doc_validation',
    ],
    [
      'data that is no base64',
      'PUT',
      '/db/a',
      { _attachments: { a: { data: '!' } } },
      400,
      'doc_validation',
    ],
    [
      'a history that is none',
      'POST',
      '/db/_bulk_docs',
      { new_edits: false, docs: [{ _id: 'a', _revisions: { start: 1, ids: ['a', 'b'] } }] },
      400,
      'doc_validation',
    ],
    [
      'no revision without new edits',
      'POST',
      '/db/_bulk_docs',
      { new_edits: false, docs: [{ _id: 'a' }] },
      400,
      'bad_request',
    ],
    ['a filter', 'GET', '/db/_changes?filter=app/important', undefined, 404, 'not_found'],
    ['a view', 'GET', '/db/_changes?filter=_view&view=a/b', undefined, 404, 'not_found'],
    [
      'a filter that is not there',
      'GET',
      '/db/_changes?filter=nope',
      undefined,
      400,
      'bad_request',
    ],
    ['a selector that is none', 'POST', '/db/_changes?filter=_selector', {}, 400, 'bad_request'],
    ['another feed', 'GET', '/db/_changes?feed=smoke', undefined, 400, 'bad_request'],
    ['another style', 'GET', '/db/_changes?style=x', undefined, 400, 'bad_request'],
    ['a since that is none', 'GET', '/db/_changes?since=yesterday', undefined, 400, 'bad_request'],
    ['a limit that is none', 'GET', '/db/_changes?limit=-1', undefined, 400, 'query_parse_error'],
    [
      'a flag that is none',
      'GET',
      '/db/_all_docs?include_docs=1',
      undefined,
      400,
      'query_parse_error',
    ],
    [
      'a key that is no JSON',
      'GET',
      '/db/_all_docs?startkey=a',
      undefined,
      400,
      'query_parse_error',
    ],
    ['keys that are no texts', 'POST', '/db/_all_docs', { keys: [1] }, 400, 'bad_request'],
    ['revisions that are none', 'GET', '/db/a?open_revs=[1]', undefined, 400, 'bad_request'],
    ['a path cut short', 'GET', '/db/%E0%A4%A', undefined, 400, 'bad_request'],
    ['another method', 'DELETE', '/db/_changes', undefined, 405, 'method_not_allowed'],
    ['a name that may not be', 'PUT', '/No', undefined, 400, 'illegal_database_name'],
    ['a name that leads out', 'PUT', '/..%2f..%2fetc', undefined, 400, 'illegal_database_name'],
    ['a database that is not there', 'GET', '/nope/_changes', undefined, 404, 'not_found'],
    [
      'too many documents',
      'POST',
      '/db/_bulk_get',
      { docs: Array.from({ length: 2_001 }, () => ({ id: 'a' })) },
      413,
      'too_large',
    ],
    [
      'a document that is too large',
      'PUT',
      '/db/a',
      { text: 'x'.repeat(1_100_000) },
      413,
      'too_large',
    ],
    [
      'a body that is too large',
      'POST',
      '/db/_bulk_docs',
      `{"docs":[${' '.repeat(17_000_000)}]}`,
      413,
      'too_large',
    ],
  ] as const)('%s', async (_, method, path, body, status, error) => {
    const answer = await open(method, path, body);
    expect([answer.status, (answer.json as { error: string }).error], answer.text).toEqual([
      status,
      error,
    ]);
    expect((answer.json as { reason: string }).reason).toMatch(/^\w.{9,}/);
  });

  test('a body without a length is measured as it comes', async () => {
    const chunk = 'x'.repeat(1_000_000);
    const head =
      `POST /db/_bulk_docs HTTP/1.1\r\nHost: ${world.open.host}\r\n` +
      'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const answer = await raw(
      head + `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(17),
      world.open.port,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('what is not said to be JSON is not read as JSON', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      '',
    ]) {
      const answer = await open('POST', '/db/_bulk_docs', '{"docs":[]}', { 'content-type': type });
      expect(answer.status, type).toBe(415);
    }
    const answer = await open('POST', '/db/_bulk_docs', '{"docs":[]}', {
      'content-type': 'application/json; charset=utf-8',
    });
    expect(answer.status).toBe(201);
  });

  test('a document nested without end is refused, not fallen over', async () => {
    const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect((await open('PUT', '/db/deep', deep)).status).toBe(413);
  });

  test('design documents are plain data at the open door and nothing elsewhere', async () => {
    const views = { v: { map: 'function(doc) { while (true) {} }' } };
    expect((await open('PUT', '/db/_design/x', { views })).status).toBe(201);
    expect((await open('GET', '/db/_design/x/_view/v')).status).toBe(501);
    const request = {
      method: 'PUT',
      path: '/db/_design/y',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ views }),
    };
    expect((await world.endpoint.handle(request, { kind: 'owner' })).status).toBe(403);
  });
});

test('whatever is asked for, the answer is an answer', { timeout: 30_000 }, async () => {
  const part = fc.oneof(
    fc.constantFrom(
      'db',
      '_all_docs',
      '_changes',
      '_bulk_get',
      '_local',
      '_design',
      'a',
      '',
      '..',
      '%00',
      '__proto__',
      'constructor',
      'toString',
    ),
    fc.string({ maxLength: 8 }).map(encodeURIComponent),
  );
  const parameter = fc.tuple(
    fc.constantFrom(
      'since',
      'limit',
      'keys',
      'key',
      'rev',
      'open_revs',
      'latest',
      'revs',
      'feed',
      'timeout',
      'startkey',
      'skip',
    ),
    fc.oneof(
      fc.constantFrom('0', 'true', 'all', '[]', '["1-a"]', 'null', '""', '1-a', 'normal'),
      fc.string({ maxLength: 6 }).map(encodeURIComponent),
    ),
  );
  const request = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE'),
    parts: fc.array(part, { maxLength: 4 }),
    parameters: fc.array(parameter, { maxLength: 3 }),
    body: fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom(
        { docs: [{}] },
        { docs: [null] },
        { docs: [{ id: 'a', rev: 'x' }] },
        { a: ['x'] },
        { keys: [] },
      ),
    ),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ method, parts, parameters, body }) => {
      const query = parameters.map(([key, value]) => `${key}=${value}`).join('&');
      const path = `/${parts.join('/')}?timeout=10&${query}`;
      const sends = method === 'PUT' || method === 'POST';
      for (const client of [world.open, world.onion]) {
        const answer = await client.ask(method, path, sends ? { body: JSON.stringify(body) } : {});
        expect(answer.status, path).toBeLessThan(500);
        if (answer.status >= 400 && method !== 'HEAD') {
          expect(answer.json, path).toEqual({
            error: expect.any(String),
            reason: expect.any(String),
          });
        }
      }
    }),
    { numRuns: 400 },
  );
  await world.store.create('db');
});

test('a fault of ours tells the other end nothing of our insides', async () => {
  const faults: unknown[] = [];
  const secret = new Error('at /home/alice/secret.ts:7');
  const store = new Proxy(world.store, {
    get: (target, key) =>
      key === 'database'
        ? () => ({ name: 'db', info: () => Promise.reject(thrown) })
        : Reflect.get(target, key),
  });
  let thrown: Error = secret;
  const endpoint = createEndpoint({
    store,
    access: world.access,
    log: (fault) => faults.push(fault),
  });
  const ask = () => endpoint.handle({ method: 'GET', path: '/db', headers: {} }, { kind: 'owner' });
  const answer = await ask();
  expect([answer.status, answer.body]).toEqual([
    500,
    '{"error":"internal_error","reason":"The host could not answer this request."}\n',
  ]);
  expect(faults).toEqual([secret]);
  thrown = new CodedError('disk-full', '/home/alice');
  expect((await ask()).status).toBe(507);
  thrown = new CodedError('data-damaged', 'db');
  const damaged = await ask();
  expect([damaged.status, damaged.body]).toEqual([500, expect.not.stringMatching(/alice/)]);
});

describe('connections', () => {
  const slow = {
    unknown: 4,
    known: 2,
    ofOnePeer: 2,
    requestsOfOnePeer: 2,
    unknownRequests: 2,
    handshakes: 2,
  };

  test('of strangers make room for newer ones, never at the cost of one that is busy or known', async () => {
    const door = createHttpDoor({
      connections: slow,
      receive: (request) => ({
        request,
        standing:
          request.headers['authorization'] === 'Bearer friend' ? { peer: 'friend' } : 'unknown',
        answer: async () => ({ status: 200, headers: {}, body: 'ok' }),
      }),
    });
    const place = await door.listen({ host: '127.0.0.1', port: 0 });
    const port = 'port' in place ? place.port : 0;
    const hold = async (known: boolean) => {
      const socket = connect({ port, host: '127.0.0.1' });
      const token = known ? 'Authorization: Bearer friend\r\n' : '';
      socket.write(`GET / HTTP/1.1\r\nHost: a\r\n${token}\r\n`);
      await once(socket, 'data');
      return socket;
    };
    const friend = await hold(true);
    const first = await hold(false);
    const others = [await hold(false), await hold(false), await hold(false)];
    const closed = once(first, 'close');
    const newest = await hold(false);
    await closed;
    expect([friend, ...others, newest].map((socket) => socket.readyState)).toEqual(
      Array.from({ length: 5 }, () => 'open'),
    );
    await door.close();
  });

  test('with too many requests of strangers under way the next is told to come later', async () => {
    let release = (): void => {};
    const waiting = new Promise<void>((resolve) => (release = resolve));
    let underWay = 0;
    let bothCame = (): void => {};
    const both = new Promise<void>((resolve) => (bothCame = resolve));
    const door = createHttpDoor({
      connections: slow,
      receive: (request) => ({
        request,
        standing: request.headers['authorization'] === undefined ? 'unknown' : { peer: 'friend' },
        answer: async () => {
          if (request.path === '/wait') {
            underWay += 1;
            if (underWay === 2) bothCame();
            await waiting;
          }
          return { status: 200, headers: {}, body: 'ok' };
        },
      }),
    });
    const place = await door.listen({ host: '127.0.0.1', port: 0 });
    const client = new Client('port' in place ? place.port : 0);
    const busy = [client.ask('GET', '/wait'), client.ask('GET', '/wait')];
    await both;
    const turnedAway = await client.ask('GET', '/');
    expect([turnedAway.status, turnedAway.headers['retry-after']]).toEqual([429, '30']);
    expect((await client.ask('GET', '/', { token: 'friend' })).status).toBe(200);
    release();
    expect((await Promise.all(busy)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await client.ask('GET', '/')).status).toBe(200);
    await door.close();
  });

  test('a unix socket serves as a port does, over one that was left behind too', async () => {
    const { folder, remove } = await temporaryFolder();
    const { endpoint, access, desk } = world;
    const path = `${folder}/door`;
    for (let time = 0; time < 2; time += 1) {
      const door = createOnionDoor({ endpoint, access, desk, address: () => alice.address });
      expect(await door.listen({ path })).toEqual({ path });
      const socket = connect(path);
      socket.setEncoding('utf8');
      socket.write(`GET / HTTP/1.1\r\nHost: ${alice.address}:25984\r\nConnection: close\r\n\r\n`);
      const [text] = (await once(socket, 'data')) as [string];
      expect(text).toMatch(/^HTTP\/1\.1 200/);
      socket.destroy();
      await door.close();
    }
    await remove();
  });
});
