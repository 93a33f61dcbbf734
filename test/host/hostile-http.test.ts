import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHttpDoor } from '../../native-host/endpoint/doors/http-door.ts';
import { onionConnections } from '../../native-host/endpoint/doors/connections.ts';
import { createOnionDoor } from '../../native-host/endpoint/doors/server.ts';
import { Client } from './endpoint-world.ts';
import { changeRequests } from './hostile-requests.ts';
import { openHostileWorld, raw, statuses, type HostileWorld } from './hostile-world.ts';

/** What is on the wire, byte by byte: nothing of it may be taken for another request, or stop the host. */

let world: HostileWorld;
beforeAll(async () => {
  world = await openHostileWorld();
});
afterAll(() => world.close());
afterEach(() => world.expectWell());

const send = (bytes: string, endAfter?: number): Promise<string> =>
  raw(bytes, world.onion.port, endAfter);
const head = (line: string, ...lines: string[]): string =>
  [line, `Host: ${world.onion.host}`, ...lines, '', ''].join('\r\n');

describe('what is no HTTP/1.1, or more than one reading of it, is refused once', () => {
  const hidden = 'GET /_up HTTP/1.1\r\nHost: x\r\n\r\n';
  const post =
    (...lines: string[]) =>
    () =>
      head(
        `POST /${world.names.blog}/_revs_diff HTTP/1.1`,
        'Content-Type: application/json',
        ...lines,
      );
  const get =
    (...lines: string[]) =>
    () =>
      head('GET / HTTP/1.1', ...lines);

  test.each<[string, () => string]>([
    [
      'a length and chunks',
      () => post('Content-Length: 4', 'Transfer-Encoding: chunked')() + '0\r\n\r\n' + hidden,
    ],
    [
      'chunks and a length',
      () => post('Transfer-Encoding: chunked', 'Content-Length: 4')() + '0\r\n\r\n' + hidden,
    ],
    ['two lengths', () => post('Content-Length: 2', 'Content-Length: 40')() + '{}' + hidden],
    ['a list of lengths', () => post('Content-Length: 2, 40')() + '{}' + hidden],
    ['a length with a sign', () => post('Content-Length: +2')() + '{}' + hidden],
    ['a negative length', () => post('Content-Length: -2')() + hidden],
    ['a length in hex', () => post('Content-Length: 0x2')() + '{}' + hidden],
    ['a length beyond numbers', () => post(`Content-Length: ${'9'.repeat(40)}`)() + hidden],
    ['chunks by another name', () => post('Transfer-Encoding: xchunked')() + '0\r\n\r\n' + hidden],
    [
      'chunks inside something',
      () => post('Transfer-Encoding: chunked, gzip')() + '0\r\n\r\n' + hidden,
    ],
    ['a space before the colon', () => post('Content-Length : 2')() + '{}' + hidden],
    ['a folded header', get('X: a\r\n b')],
    ['a header that is none', get('no colon here')],
    ['an empty header name', get(': a')],
    ['a NUL in a header', get('X: a\u0000b')],
    ['a NUL in a header name', get('X\u0000: a')],
    ['a bare carriage return', get('X: a\rb')],
    ['a bare line feed between headers', get('X: a\nY: b')],
    [
      'a chunk size that is none',
      () => post('Transfer-Encoding: chunked')() + 'zz\r\n{}\r\n0\r\n\r\n',
    ],
    [
      'a chunk size beyond numbers',
      () => post('Transfer-Encoding: chunked')() + `${'f'.repeat(40)}\r\n`,
    ],
    [
      'a chunk longer than it says',
      () => post('Transfer-Encoding: chunked')() + '2\r\n{}{}\r\n0\r\n\r\n',
    ],
    ['another version', () => `GET / HTTP/9.9\r\nHost: ${world.onion.host}\r\n\r\n`],
    ['HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', () => '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
    ['a line feed in the target', () => head('GET /\n/ HTTP/1.1')],
    ['no target', () => head('GET HTTP/1.1')],
  ])('%s', async (_, bytes) => {
    const answer = await send(bytes(), 50);
    // One answer at most: what hides behind is never one of its own.
    expect(statuses(answer), answer).toEqual([400]);
    expect(answer).toMatch(/"error":"bad_request"/);
    world.expectDiscreet(answer);
  });

  test('heads that are too long, or without end', async () => {
    for (const bytes of [
      get(`X: ${'x'.repeat(20_000)}`)(),
      get(...Array.from({ length: 4_000 }, (_, index) => `X${index}: y`))(),
      `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
      `GET /?${'a=b&'.repeat(30_000)} HTTP/1.1\r\n\r\n`,
      'X'.repeat(100_000),
    ]) {
      const answer = await send(bytes, 50);
      expect(statuses(answer).every((status) => status === 431 || status === 400)).toBe(true);
    }
  });

  test('chunks with endless extensions', async () => {
    const answer = await send(
      post('Transfer-Encoding: chunked')() + `2;${'x'.repeat(200_000)}\r\n{}\r\n0\r\n\r\n`,
      50,
    );
    expect(statuses(answer).every((status) => status >= 400 && status < 500)).toBe(true);
  });
});

describe('paths lead nowhere but to what one may know', () => {
  test.each([
    '/../../etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..\\..\\etc',
    '/%00',
    '/a%00b',
    '/%c0%ae%c0%ae/',
    '/%ff%fe',
    '/%u002e',
    '/%',
    '/%zz',
    '//',
    '/./.',
    '///_all_dbs',
    '/_all_dbs/',
    '/_node/_local/_config',
    '/_config',
    '/_utils/',
    '/_users/_all_docs',
    '/_replicate',
    '/__proto__',
    '/constructor/_all_docs',
    '/a/__proto__/toString',
    '/*',
    '*',
    'http://evil.example/',
    'http://127.0.0.1:5984/_all_dbs',
    'file:///etc/passwd',
    `/${'a/'.repeat(5_000)}`,
    `/${'%2f'.repeat(4_000)}`,
    `/${'a'.repeat(12_000)}`,
  ])('%#: %s', async (path) => {
    for (const token of [undefined, world.eve.token]) {
      const authorization = token === undefined ? [] : [`Authorization: Bearer ${token}`];
      const answer = await send(
        head(`GET ${path} HTTP/1.1`, ...authorization, 'Connection: close'),
      );
      const [status = 0] = statuses(answer);
      expect(status, answer).toBeGreaterThanOrEqual(400);
      expect(status, answer).toBeLessThan(500);
      expect(answer).toMatch(/"error":"[a-z_]+","reason":"/);
      world.expectDiscreet(answer);
    }
  });
});

test('valid requests with bytes changed are answered, refused or cut, and nothing else', async () => {
  await changeRequests(world, 250);
});

describe('who is slow', () => {
  const patience = { head: 1_000, request: 1_500, stalled: 300, refused: 100, look: 100 };

  test('with a head or a body is cut, whatever arrives meanwhile', async () => {
    const { endpoint, access, desk, alice } = world;
    const door = createOnionDoor({
      endpoint,
      access,
      desk,
      address: () => alice.identity.address,
      patience,
    });
    const place = await door.listen({ host: '127.0.0.1', port: 0 });
    const port = 'port' in place ? place.port : 0;
    const trickle = async (begin: string, drip: string): Promise<string> => {
      const socket = connect({ port, host: '127.0.0.1' });
      let answer = '';
      socket.setEncoding('utf8').on('data', (piece) => (answer += String(piece)));
      socket.on('error', () => undefined);
      socket.write(begin);
      const timer = setInterval(() => socket.write(drip), 20);
      await once(socket, 'close');
      clearInterval(timer);
      return answer;
    };
    const body = head(
      `POST /${world.names.blog}/_revs_diff HTTP/1.1`,
      `Authorization: Bearer ${world.eve.token}`,
      'Content-Type: application/json',
      'Content-Length: 100000',
    );
    const slow = Promise.all([
      trickle('', ''),
      trickle('GET / HT', ''),
      trickle(`GET / HTTP/1.1\r\nHost: ${world.onion.host}\r\n`, 'X: y\r\n'),
      trickle(body, ' '),
    ]);
    const friend = new Client(port, world.onion.host);
    const { status } = await friend.ask('GET', `/${world.names.blog}`, { token: world.bob.token });
    expect(status).toBe(200);
    for (const answer of await slow) expect(answer).toMatch(/^(HTTP\/1\.1 408 [^]*)?$/);
    await door.close();
  });

  test('to read is cut, and has us hold a bounded part of the answer', async () => {
    const piece = 'x'.repeat(65_536);
    let given = 0;
    let ended = (): void => {};
    const over = new Promise<void>((resolve) => (ended = resolve));
    async function* withoutEnd(): AsyncGenerator<string> {
      try {
        for (;;) {
          given += piece.length;
          yield piece;
        }
      } finally {
        ended();
      }
    }
    const door = createHttpDoor({
      connections: onionConnections,
      patience,
      receive: (request) => ({
        request,
        standing: 'unknown',
        answer: async () => ({ status: 200, headers: {}, body: withoutEnd() }),
      }),
    });
    const place = await door.listen({ host: '127.0.0.1', port: 0 });
    const socket: Socket = connect({ port: 'port' in place ? place.port : 0, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await over;
    // What the system holds for a connection on its own account is a few megabytes.
    expect(given).toBeLessThan(64_000_000);
    socket.destroy();
    await door.close();
  });
});
