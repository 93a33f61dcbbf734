import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { systemClock } from '../../src/store/clock.ts';
import { createOnionFetch, type OnionRequest } from '../../src/sync/onion-fetch.ts';
import { onionUrl } from '../../src/sync/onion-url.ts';
import { FakeClock } from './fake-clock.ts';
import { Onions, someAddress } from './onions.ts';
import { poll } from './poll.ts';

let onions: Onions;
let address: string;
const cleared: (() => void)[] = [];

beforeAll(async () => {
  await sodiumReady();
  address = someAddress(1);
  onions = new Onions();
});
afterEach(() => {
  for (const clear of cleared.splice(0)) clear();
});
afterAll(() => onions.close());

const open = async () => true;

function asking(overrides: Partial<OnionRequest> = {}): OnionRequest {
  return { address, path: '/', most: 10_000, ...overrides };
}

/** A fetch that has been used before, so that no failure is taken for the browser's start. */
function usedFetch(clock = systemClock) {
  const fetch = createOnionFetch({ fetch: onions.fetch, gate: open, clock });
  return async (request: OnionRequest) => fetch(request);
}

async function answers(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<void> {
  const server = await onions.serve(address, handler);
  cleared.push(() => server.closeAllConnections());
}

const json = (response: ServerResponse, text: string, status = 200) =>
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(text);

describe('where requests may go', () => {
  it('builds replication URLs for valid v3 addresses only', () => {
    expect(onionUrl(address, '/s/_changes?since=0')).toBe(
      `http://${address}:25984/s/_changes?since=0`,
    );
    const wrong = [
      'example.com',
      'localhost',
      address.replace('.onion', ''),
      `www.${address}`,
      address.toUpperCase(),
      `${address}.`,
      `x@${address}`,
      `${address.startsWith('a') ? 'b' : 'a'}${address.slice(1)}`,
      'facebookcorewwwi.onion',
      '',
    ];
    for (const each of wrong) expect(() => onionUrl(each, '/')).toThrow('malformed');
    for (const path of ['', 'x', '//example.com/', '/\\example.com', '@example.com/', ':80/']) {
      const url = (() => {
        try {
          return new URL(onionUrl(address, path));
        } catch {
          return undefined;
        }
      })();
      if (url) expect(url.host).toBe(`${address}:25984`);
    }
  });

  it('makes no request until a route is decided', async () => {
    let requests = 0;
    const fetch = createOnionFetch({
      fetch: async () => {
        requests += 1;
        return Response.json({});
      },
      gate: async () => false,
      clock: systemClock,
    });
    await expect(fetch(asking())).rejects.toMatchObject({ code: 'route-undecided' });
    expect(requests).toBe(0);
  });

  it('never follows a redirect, wherever it leads', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      await answers((_, response) =>
        response.writeHead(status, { Location: 'http://clearnet.example/' }).end(),
      );
      await expect(usedFetch()(asking())).rejects.toMatchObject({ code: 'peer-not-network25' });
    }
    expect(onions.asked.some((each) => each.address.includes('clearnet'))).toBe(false);
  });
});

describe('what is sent', () => {
  it('sends the token, JSON, and nothing that remembers', async () => {
    let seen: { url?: string; headers?: IncomingMessage['headers']; body?: string } = {};
    let init: RequestInit | undefined;
    onions.onRequest = (_, given) => (init = given);
    await answers((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        seen = { url: request.url ?? '', headers: request.headers, body };
        json(response, '{"ok":true}');
      });
    });
    const answer = await usedFetch()(asking({ path: '/s/_bulk_docs', token: 'T', body: { a: 1 } }));
    expect(answer).toEqual({ ok: true });
    expect(seen.headers?.authorization).toBe('Bearer T');
    expect(seen.headers?.['content-type']).toBe('application/json');
    expect(JSON.parse(seen.body ?? '')).toEqual({ a: 1 });
    expect(init).toMatchObject({
      method: 'POST',
      redirect: 'manual',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
    });
    await usedFetch()(asking());
    expect(init).toMatchObject({ method: 'GET' });
    expect(seen.headers?.cookie).toBeUndefined();
  });
});

describe('what comes back', () => {
  it.each([
    [401, 'token-ended'],
    [403, 'peer-refused'],
    [404, 'not-found'],
    [413, 'too-large'],
    [429, 'too-many'],
    [507, 'peer-full'],
    [400, 'peer-not-network25'],
    [304, 'peer-not-network25'],
    [500, 'peer-unreachable'],
    [503, 'peer-unreachable'],
  ])('status %i is %s', async (status, code) => {
    await answers((_, response) => json(response, '', status));
    await expect(usedFetch()(asking())).rejects.toMatchObject({ code });
  });

  it('takes no page for an answer', async () => {
    await answers((_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>Hello'),
    );
    await expect(usedFetch()(asking())).rejects.toMatchObject({ code: 'peer-not-network25' });
  });

  it.each(['', '{', '[1,]', 'NaN', '\uD800', '['.repeat(9_000)])(
    'broken JSON %# is malformed',
    async (text) => {
      await answers((_, response) => json(response, text));
      await expect(usedFetch()(asking())).rejects.toMatchObject({ code: 'malformed' });
    },
  );

  it('bytes that are no UTF-8 are malformed', async () => {
    await answers((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(Buffer.from([0x22, 0xff, 0xfe, 0x22]));
    });
    await expect(usedFetch()(asking())).rejects.toMatchObject({ code: 'malformed' });
  });

  it('stops reading an endless answer at the limit', async () => {
    let sent = 0;
    let closed = false;
    await answers((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const more = () => {
        while (!response.destroyed && sent < 1e9) {
          sent += 65_536;
          if (!response.write(' '.repeat(65_536))) break;
        }
      };
      response.on('drain', more);
      response.on('close', () => (closed = true));
      more();
    });
    await expect(usedFetch()(asking({ most: 1_000_000 }))).rejects.toMatchObject({
      code: 'too-large',
    });
    await poll(() => closed).toBe(true);
    expect(sent).toBeLessThan(20_000_000);
  });

  it('takes an answer of exactly the limit', async () => {
    await answers((_, response) => json(response, `"${'x'.repeat(998)}"`));
    expect(await usedFetch()(asking({ most: 1_000 }))).toHaveLength(998);
    await expect(usedFetch()(asking({ most: 999 }))).rejects.toMatchObject({ code: 'too-large' });
  });

  it('an answer cut short is no answer', async () => {
    await answers((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' });
      response.write('{"a":1}');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(usedFetch()(asking())).rejects.toMatchObject({ code: 'peer-unreachable' });
  });
});

describe('patience', () => {
  const patience = { connect: 1_000, idle: 300, total: 5_000 };
  /** `fetch` as a browser's: rejects with AbortError when its signal says so. */
  const silentFetch = (_: string, init?: RequestInit) =>
    new Promise<Response>((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
    });

  it('gives up on who never answers', async () => {
    const clock = new FakeClock();
    const fetch = createOnionFetch({ fetch: silentFetch, gate: open, clock });
    const answer = expect(fetch(asking({ patience }))).rejects.toMatchObject({
      code: 'peer-timeout',
    });
    await clock.pass(1_001);
    await answer;
  });

  it('gives up on who begins an answer and falls silent, not on who goes on', async () => {
    const clock = new FakeClock();
    const pieces: ReadableStreamDefaultController<Uint8Array>[] = [];
    const fetch = createOnionFetch({
      fetch: async (_, init) =>
        new Response(
          new ReadableStream({
            start(controller) {
              pieces.push(controller);
              init?.signal?.addEventListener('abort', () =>
                controller.error(new DOMException('', 'AbortError')),
              );
            },
          }),
          { headers: { 'Content-Type': 'application/json' } },
        ),
      gate: open,
      clock,
    });
    const slow = fetch(asking({ patience }));
    for (let beat = 0; beat < 8; beat += 1) {
      await clock.pass(250);
      pieces[0]?.enqueue(new TextEncoder().encode('\n'));
    }
    pieces[0]?.enqueue(new TextEncoder().encode('1'));
    pieces[0]?.close();
    expect(await slow).toBe(1);

    const silent = expect(fetch(asking({ patience }))).rejects.toMatchObject({
      code: 'peer-timeout',
    });
    await clock.pass(301);
    await silent;

    // A drop now and then doesn't keep a connection for ever.
    const dripping = expect(fetch(asking({ patience }))).rejects.toMatchObject({
      code: 'peer-timeout',
    });
    for (let beat = 0; beat < 21; beat += 1) {
      await clock.pass(250);
      if (beat < 19) pieces[2]?.enqueue(new TextEncoder().encode('\n'));
    }
    await dripping;
  });

  it('ends when told to', async () => {
    const stop = new AbortController();
    const clock = new FakeClock();
    const fetch = createOnionFetch({ fetch: silentFetch, gate: open, clock });
    const answer = expect(fetch(asking({ signal: stop.signal }))).rejects.toMatchObject({
      code: 'cancelled',
    });
    await clock.pass(10);
    stop.abort();
    await answer;
    await expect(fetch(asking({ signal: stop.signal }))).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('makes the very first request twice if need be, later ones once', async () => {
    const clock = new FakeClock();
    let tries = 0;
    const fetch = createOnionFetch({
      fetch: async () => {
        tries += 1;
        if (tries !== 2) throw new TypeError('NetworkError when attempting to fetch resource.');
        return Response.json('here');
      },
      gate: open,
      clock,
    });
    const first = fetch(asking());
    await clock.pass(1_000);
    expect(await first).toBe('here');
    await expect(fetch(asking())).rejects.toMatchObject({ code: 'peer-unreachable' });
    expect(tries).toBe(3);
  });
});
