import { describe, expect, test } from 'vitest';
import { encodeFrame } from '../../native-host/messaging/framing.ts';
import { toBase64Url } from '../../src/domain/bytes.ts';
import { CodedError } from '../../src/protocol/codes.ts';
import { limits } from '../../src/protocol/limits.ts';
import { idleTorStatus } from '../../src/protocol/tor-status.ts';
import { answer, doorByHand, hello, request, startSession } from './native-session-fixture.ts';

const address = `${'a'.repeat(56)}.onion`;
const loan = { address, secretKey: 'A'.repeat(43), statement: 'AA', until: 1 };
const tick = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

describe('the handshake', () => {
  test('hello is answered with hello, and events wait for it', async () => {
    const session = startSession({}, async (_profile, events) => {
      events.torStatus(idleTorStatus);
      await tick();
      return { ...unusedServices, close: async () => {} };
    });
    session.send(hello);
    await session.waitFor('tor-status');
    expect(session.received.map(({ type }) => type)).toEqual(['hello', 'tor-status']);
    expect(session.received[0]).toEqual({ type: 'hello', protocol: 4, host: '9.9.9' });
    session.input.end();
    expect(await session.ended).toBe('input-ended');
  });

  test.each([
    ['an older add-on', { ...hello, protocol: 1 }, 'addon-older'],
    [
      'a newer add-on with fields we do not know',
      { type: 'hello', protocol: 7, new: 1 },
      'host-older',
    ],
    ['a hello without a profile', { type: 'hello', protocol: 4, addon: '1' }, 'malformed'],
    ['a profile that would leave the directory', { ...hello, profile: '../../etc' }, 'malformed'],
    ['a request before hello', request(1), 'malformed'],
    ['no message at all', 'hello', 'malformed'],
  ])('%s is refused and nothing is opened', async (_, message, code) => {
    let opened = false;
    const session = startSession({}, async () => {
      opened = true;
      return unusedServices;
    });
    session.send(message, request(2));
    expect(await session.ended).toBe('refused');
    expect(session.received.map((sent) => [sent.type, 'code' in sent ? sent.code : ''])).toEqual([
      ['refused', code],
    ]);
    expect(opened).toBe(false);
  });

  test('a data directory that cannot be opened is refused with its code and path', async () => {
    const session = startSession({}, async () => {
      throw new CodedError('data-in-use', '/home/ann/data');
    });
    session.send(hello);
    expect(await session.ended).toBe('refused');
    expect(session.received).toEqual([
      { type: 'refused', code: 'data-in-use', detail: '/home/ann/data' },
    ]);
  });

  test('a browser that goes away while the directory is being opened leaves nothing open', async () => {
    let told: AbortSignal | undefined;
    let closed = false;
    const session = startSession({}, async (_profile, _events, signal) => {
      told = signal;
      await tick();
      return { ...unusedServices, close: async () => void (closed = true) };
    });
    session.send(hello);
    await tick();
    session.input.end();
    expect(await session.ended).toBe('input-ended');
    expect(told?.aborted).toBe(true);
    expect(closed).toBe(true);
  });
});

describe('orders', () => {
  test('each reaches the host with what it says', async () => {
    const session = startSession();
    const list = { version: 1, spaces: [], peers: [] };
    const key = Buffer.alloc(64, 7);
    const accessKey = new Uint8Array(32).fill(3);
    session.send(
      hello,
      { type: 'access', list, key: toBase64Url(accessKey) },
      { type: 'publish', expandedKey: key.toString('base64'), address },
      { type: 'public-face', on: true, address },
      { type: 'look-for-tor', password: 'secret' },
      { type: 'look-for-tor' },
      { type: 'lend-transport-key', loan },
      { type: 'take-back-transport-key' },
      { type: 'unpublish' },
      { type: 'probe-socks', id: 3, host: '127.0.0.1', port: 9050 },
      { type: 'probe-socks', id: 4, host: '127.0.0.1', port: 80 },
    );
    await session.waitFor('probe-socks', ({ id }) => id === 4);
    expect(session.calls).toEqual([
      ['access', list, accessKey],
      ['publish', key.toString('base64'), address],
      ['public-face', true, address],
      ['look-for-tor', 'secret'],
      ['look-for-tor', undefined],
      ['lend', loan],
      ['take-back'],
      ['unpublish'],
    ]);
    expect(session.received).toContainEqual({ type: 'probe-socks', id: 3, isTor: true });
    expect(session.received).toContainEqual({ type: 'access-in-force', version: 1 });
    expect(session.received).toContainEqual({ type: 'probe-socks', id: 4, isTor: false });
    session.events()?.peerSeen(address);
    expect(await session.waitFor('peer-seen')).toEqual({ type: 'peer-seen', address });
    const brought = { address, taken: [], refused: { 'too-large': 2 } };
    session.events()?.brought(brought);
    expect(await session.waitFor('brought')).toEqual({ type: 'brought', brought });
  });

  test('about Tor are answered one by one, also when they fail', async () => {
    let refuse = false;
    const line = `192.0.2.1:443 ${'A'.repeat(40)}`;
    const session = startSession({
      bridges: async (lines) => {
        if (refuse) throw new CodedError('bridges-unreadable');
        return { lines: [...(lines ?? [])], missing: ['obfs4'] };
      },
    });
    session.send(hello, { type: 'bridges', id: 1, lines: [line] }, { type: 'test-service', id: 2 });
    expect(await session.waitFor('bridges')).toEqual({
      type: 'bridges',
      id: 1,
      settings: { lines: [line], missing: ['obfs4'] },
    });
    expect(await session.waitFor('test-service')).toEqual({
      type: 'test-service',
      id: 2,
      code: 'onion-unreachable',
    });
    refuse = true;
    session.send({ type: 'bridges', id: 3 });
    expect(await session.waitFor('bridges', ({ id }) => id === 3)).toEqual({
      type: 'bridges',
      id: 3,
      code: 'bridges-unreadable',
    });
  });

  test('always-on mode is told, chosen, and refused with a reason', async () => {
    let isOn = false;
    const session = startSession({
      alwaysOn: async (on) => {
        if (on === true && isOn) throw new CodedError('data-unwritable');
        isOn = on ?? isOn;
        return isOn;
      },
    });
    session.send(hello, { type: 'always-on', id: 1 }, { type: 'always-on', id: 2, on: true });
    const answer = (nth: number) => session.waitFor('always-on', ({ id }) => id === nth);
    expect(await answer(1)).toEqual({ type: 'always-on', id: 1, on: false });
    expect(await answer(2)).toEqual({ type: 'always-on', id: 2, on: true });
    session.send({ type: 'always-on', id: 3, on: true });
    expect(await answer(3)).toEqual({ type: 'always-on', id: 3, code: 'data-unwritable' });
  });

  test.each([
    ['a second hello', hello],
    ['an unknown type', { type: 'format-disk' }],
    ['a bridge that is none', { type: 'bridges', id: 1, lines: ['192.0.2.1:443\r\nSIGNAL HALT'] }],
    ['a command for Tor', { type: 'bridges', id: 1, command: 'SIGNAL HALT' }],
    [
      'a command instead of an address',
      { type: 'publish', expandedKey: 'A', address: 'x SIGNAL HALT' },
    ],
    ['a choice that is none', { type: 'always-on', id: 1, on: 'yes' }],
    ['an unknown field', { type: 'unpublish', really: true }],
    ['a key of the wrong length', { type: 'publish', expandedKey: 'AAAA', address }],
    [
      'a transport key of the wrong length',
      { type: 'lend-transport-key', loan: { ...loan, secretKey: 'AA' } },
    ],
    [
      'a statement over the limit',
      { type: 'lend-transport-key', loan: { ...loan, statement: 'A'.repeat(343) } },
    ],
    [
      'an access list whose key is none',
      { type: 'access', list: { version: 0, spaces: [], peers: [] }, key: 'A' },
    ],
    ['a negative id', request(-1)],
    ['null', null],
  ])('%s is rejected, and nothing is done', async (_, message) => {
    const session = startSession();
    session.send(hello, message);
    expect(await session.waitFor('rejected')).toEqual({ type: 'rejected', code: 'malformed' });
    expect(session.calls).toEqual([]);
    session.send(request(1));
    expect((await session.response(1)).status).toBe(200);
  });

  test.each([
    ['a path that is none', request(1, 'http://example.org/')],
    ['a chunk over the limit', request(1, '/', 'x'.repeat(limits.tunnelChunkCharacters + 1))],
    ['a body that is none', { type: 'request-body', id: 1, body: 7, last: true }],
  ])('%s is answered, since somebody waits for it', async (_, message) => {
    const session = startSession();
    session.send(hello, message);
    expect(await session.waitFor('response-error')).toEqual({
      type: 'response-error',
      id: 1,
      code: 'malformed',
    });
    session.send(request(1));
    expect((await session.response(1)).status).toBe(200);
  });

  test('an order that fails is rejected with its code, and the session goes on', async () => {
    const session = startSession({
      unpublish: async () => {
        throw new CodedError('tor-lost');
      },
      setAccess: () => {
        throw new Error('a bug, with a secret in its text');
      },
    });
    session.send(hello, { type: 'unpublish' });
    await session.waitFor('rejected', ({ code }) => code === 'tor-lost');
    session.send({
      type: 'access',
      list: { version: 0, spaces: [], peers: [] },
      key: 'A'.repeat(43),
    });
    await session.waitFor('rejected', ({ code }) => code === 'internal');
    expect(session.logged.join(' ')).not.toContain('secret');
  });

  test('frames that cannot be used are answered with a code, and a lost stream ends the session', async () => {
    const session = startSession();
    session.send(hello);
    await session.waitFor('hello');
    session.input.write(encodeFrame('x').subarray(0, 4));
    session.input.write('{x"');
    await session.waitFor('rejected', ({ code }) => code === 'malformed');
    const huge = Buffer.alloc(4);
    huge.writeUInt32LE(limits.nativeMessageBytes + 1);
    session.input.write(huge);
    await session.waitFor('rejected', ({ code }) => code === 'too-large');
    session.input.write(Buffer.alloc(limits.nativeMessageBytes + 1));
    session.input.write('this is not a native message');
    await session.waitFor('refused', ({ code }) => code === 'malformed');
    expect(await session.ended).toBe('refused');
    expect(session.calls).toEqual([['close']]);
  });
});

describe('the tunnel', () => {
  test('a long answer comes in chunks, a long request goes in chunks', async () => {
    const long = '"\u0001🧅'.repeat(400_000);
    const session = startSession({ request: async ({ body }) => answer(body) });
    session.send(hello);
    const chunks: string[] = [];
    for (let at = 0; at < long.length; at += 100_000) chunks.push(long.slice(at, at + 100_000));
    chunks.forEach((body, at) => {
      const last = at === chunks.length - 1;
      session.send(
        at === 0
          ? request(5, '/db/_bulk_docs', body, { method: 'POST', last })
          : { type: 'request-body', id: 5, body, last },
      );
    });
    const { text, frames } = await session.response(5);
    expect(text === long).toBe(true);
    expect(frames).toBeGreaterThan(10);
  });

  test('200 requests in flight: 64 run at once, the rest wait, and each gets its own answer', async () => {
    const byHand = doorByHand();
    const session = startSession({ request: byHand.door });
    session.send(hello);
    for (let id = 0; id < 200; id += 1) session.send(request(id, `/${id}`));
    await tick();
    expect(byHand.waiting.size).toBe(limits.tunnelRequestsInFlight);
    // A feed waits for something to happen; it holds no place and is not held up.
    session.send(request(1_000, '/db/_changes?feed=longpoll&since=now'));
    await tick();
    expect(byHand.waiting.has('/db/_changes?feed=longpoll&since=now')).toBe(true);
    for (let answered = 0; answered < 200;) {
      for (const [path, resolve] of [...byHand.waiting].toReversed()) {
        if (path.includes('_changes')) continue;
        byHand.waiting.delete(path);
        resolve(answer(`this is ${path}`));
        answered += 1;
      }
      await tick();
    }
    for (let id = 0; id < 200; id += 1) {
      expect((await session.response(id)).text).toBe(`this is /${id}`);
    }
  });

  test('cancel aborts a long-poll and answers once; a finished or unknown request is not cancelled', async () => {
    const byHand = doorByHand();
    const session = startSession({ request: byHand.door });
    session.send(hello, request(1, '/_db_updates?feed=longpoll'), request(2, '/quick'));
    await tick();
    session.send({ type: 'cancel', id: 1 }, { type: 'cancel', id: 1 }, { type: 'cancel', id: 99 });
    expect(await session.waitFor('response-error')).toEqual({
      type: 'response-error',
      id: 1,
      code: 'cancelled',
    });
    byHand.waiting.get('/quick')?.(answer('done'));
    expect((await session.response(2)).text).toBe('done');
    session.send({ type: 'cancel', id: 2 });
    await tick();
    expect(byHand.aborted).toEqual(['/_db_updates?feed=longpoll']);
    expect(session.received.filter(({ type }) => type === 'response-error')).toHaveLength(1);
  });

  test('a body over the limit is refused, and its later chunks are dropped quietly', async () => {
    const session = startSession();
    session.send(hello);
    const chunk = 'x'.repeat(limits.tunnelChunkCharacters);
    session.send(request(1, '/db', chunk, { method: 'PUT', last: false }));
    for (let sent = 0; sent <= limits.requestBodyBytes; sent += chunk.length) {
      session.send({ type: 'request-body', id: 1, body: chunk, last: false });
    }
    session.send({ type: 'request-body', id: 1, body: '', last: true }, request(2));
    expect((await session.response(2)).status).toBe(200);
    expect(session.received.filter(({ type }) => type === 'response-error')).toEqual([
      { type: 'response-error', id: 1, code: 'too-large' },
    ]);
  });

  test('each chunk of a body but the last is said to be taken', async () => {
    const session = startSession();
    session.send(hello, request(1, '/db', 'a', { method: 'PUT', last: false }));
    session.send({ type: 'request-body', id: 1, body: 'b', last: false });
    session.send({ type: 'request-body', id: 1, body: 'c', last: true });
    await session.response(1);
    expect(session.received.filter(({ type }) => type === 'request-taken')).toEqual([
      { type: 'request-taken', id: 1 },
      { type: 'request-taken', id: 1 },
    ]);
  });

  test('bodies that would take more memory than there is for all are refused until others are answered', async () => {
    const byHand = doorByHand();
    const session = startSession({ request: byHand.door });
    session.send(hello);
    const chunk = 'x'.repeat(limits.tunnelChunkCharacters);
    const chunks = Math.floor(limits.requestBodyBytes / chunk.length);
    const sendBody = (id: number) => {
      for (let nth = 0; nth < chunks; nth += 1) {
        const last = nth === chunks - 1;
        if (nth === 0) session.send(request(id, `/${id}`, chunk, { method: 'PUT', last }));
        else session.send({ type: 'request-body', id, body: chunk, last });
      }
    };
    for (let id = 1; id <= 9; id += 1) sendBody(id);
    expect(await session.waitFor('response-error')).toMatchObject({ id: 9, code: 'too-many' });
    byHand.waiting.get('/1')?.(answer('done'));
    expect((await session.response(1)).text).toBe('done');
    sendBody(10);
    session.send(request(11, '/11'));
    await expect.poll(() => byHand.waiting.has('/11'), { timeout: 30_000 }).toBe(true);
    expect(byHand.waiting.has('/10')).toBe(true);
  });

  test('a small answer does not wait behind one chunk of each large one', async () => {
    const text = 'x'.repeat(4 * limits.tunnelChunkCharacters);
    let isAsked = false;
    const session = startSession({
      request: async ({ path }) => {
        isAsked = path === '/small';
        return answer(isAsked ? 'small' : text);
      },
    });
    session.send(hello);
    await session.waitFor('hello');
    session.pause();
    for (let id = 1; id <= 40; id += 1) session.send(request(id, '/large'));
    session.send(request(41, '/small'));
    await expect.poll(() => isAsked, { timeout: 30_000 }).toBe(true);
    session.resume();
    await session.response(41);
    const before = session.received.findIndex((message) => 'id' in message && message.id === 41);
    expect(before).toBeLessThan(15);
    for (let id = 1; id <= 40; id += 1) expect((await session.response(id)).text).toBe(text);
  });

  test('an id that is in use is rejected and does not disturb the request that has it', async () => {
    const byHand = doorByHand();
    const session = startSession({ request: byHand.door });
    session.send(hello, request(1, '/first'), request(1, '/second'));
    await session.waitFor('rejected');
    byHand.waiting.get('/first')?.(answer('first'));
    expect((await session.response(1)).text).toBe('first');
    expect(byHand.waiting.has('/second')).toBe(false);
  });

  test('a door that fails answers with a code and tells nothing else', async () => {
    const session = startSession({
      request: async ({ path }) => {
        if (path === '/full') throw new CodedError('disk-full', '/home/ann');
        throw new Error('a bug');
      },
    });
    session.send(hello, request(1, '/full'), request(2, '/bug'));
    await session.waitFor('response-error', ({ id }) => id === 2);
    expect(session.received.slice(1)).toEqual([
      { type: 'response-error', id: 1, code: 'disk-full' },
      { type: 'response-error', id: 2, code: 'internal' },
    ]);
  });

  test('a feed passes each line on as it comes', async () => {
    let next: (line: string) => void = () => {};
    async function* lines() {
      for (;;) yield await new Promise<string>((resolve) => (next = resolve));
    }
    const session = startSession({
      request: async () => ({ status: 200, headers: {}, body: lines() }),
    });
    session.send(hello, request(1, '/db/_changes?feed=continuous'));
    await tick();
    next('one\n');
    expect((await session.waitFor('response')).body).toBe('one\n');
    await tick();
    next('two\n');
    expect((await session.waitFor('response-body')).body).toBe('two\n');
  });

  test('a browser that does not read stops the production of answers', async () => {
    let made = 0;
    async function* endless() {
      for (; made < 10_000; made += 1) yield 'x'.repeat(limits.tunnelChunkCharacters);
    }
    const session = startSession({
      request: async () => ({ status: 200, headers: {}, body: endless() }),
    });
    session.send(hello);
    await session.waitFor('hello');
    session.pause();
    session.send(request(1));
    await tick();
    await tick();
    expect(made).toBeLessThan(5);
    session.resume();
    await session.waitFor('response-body');
    session.send({ type: 'cancel', id: 1 });
    await session.waitFor('response-error');
    expect(made).toBeLessThan(10_000);
  });

  test('what still runs when the browser goes away is aborted', async () => {
    const byHand = doorByHand();
    const session = startSession({ request: byHand.door });
    session.send(hello, request(1, '/slow'));
    await tick();
    session.input.end();
    expect(await session.ended).toBe('input-ended');
    expect(byHand.aborted).toEqual(['/slow']);
    expect(session.calls).toEqual([['close']]);
  });
});

const unusedServices = {
  request: async () => answer('{}'),
  publish: async () => {},
  unpublish: async () => {},
  setAccess: async () => ({ version: 0 }),
  lendTransportKey: () => {},
  takeBackTransportKey: () => {},
  setPublicFace: () => {},
  lookForTor: async () => {},
  probeSocks: async () => false,
  bridges: async () => ({ lines: [], missing: [] }),
  alwaysOn: async () => false,
  testService: async () => undefined,
  erase: async () => {},
  close: async () => {},
};
