import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accessList, letIn } from './endpoint-world.ts';
import { openHostileWorld, raw, statuses, type HostileWorld } from './hostile-world.ts';

/** Who asks, how much and for what: nobody gets more than their part, or another's. */

let world: HostileWorld;
beforeAll(async () => {
  world = await openHostileWorld();
});
afterAll(() => world.close());
afterEach(() => world.expectWell());

const ask = (method: string, path: string, token?: string, body?: unknown) =>
  world.onion.ask(method, path, { body, ...(token === undefined ? {} : { token }) });

describe('tokens', () => {
  test('that are forged are nobody’s', async () => {
    const { token } = world.eve;
    const headers = [
      'Bearer',
      'Bearer ',
      `Bearer ${'a'.repeat(43)}`,
      `Bearer ${token}=`,
      `Bearer ${token.toUpperCase()}`,
      `Bearer ${token} ${token}`,
      `Bearer ${token}, Bearer ${world.bob.token}`,
      `Basic ${Buffer.from('admin:admin').toString('base64')}`,
      token,
      `Bearer ${'x'.repeat(10_000)}`,
      'Bearer __proto__',
      'Bearer ../../tokens',
      'Bearer %00',
      '\t',
    ];
    for (const authorization of headers) {
      const { status, text } = await world.onion.ask('GET', `/${world.names.blog}`, {
        headers: { authorization },
      });
      expect(status, authorization).toBe(401);
      world.expectDiscreet(text);
    }
    const cookies = {
      cookie: `AuthSession=open; token=${token}`,
      'x-auth-couchdb-roles': '_admin',
    };
    const answer = await world.onion.ask('GET', `/${world.names.blog}`, { headers: cookies });
    expect(answer.status).toBe(404);
  });

  test('that have ended stay ended, though their owner comes back', async () => {
    const own = await openHostileWorld();
    const { blog } = own.names;
    const get = () => own.onion.ask('GET', `/${blog}`, { token: own.eve.token });
    expect((await get()).status).toBe(200);
    const spaces = [{ name: blog, door: 'signed', readers: 'peers' }] as const;
    const rights = { read: [blog], write: [blog] };
    const [bob, eve] = [own.bob, own.eve].map((peer) => ({ ...peer, ...rights }));
    own.access.set(accessList([...spaces], [bob!], 2));
    expect((await get()).status).toBe(401);
    own.access.set(accessList([...spaces], [bob!, eve!], 3));
    expect((await get()).status).toBe(401);
    letIn(own.access, [{ ...eve!, token: 'another' }]);
    expect((await get()).status).toBe(401);
    await own.expectWell();
    await own.close();
  });
});

test('what is there and may not be known is answered as what is not there', async () => {
  const { secret } = world.names;
  const nowhere = `${secret.slice(0, -1)}${secret.endsWith('a') ? 'b' : 'a'}`;
  const below = [
    '',
    '/',
    '/_all_docs',
    '/_changes?feed=longpoll',
    '/_bulk_docs',
    '/_bulk_get',
  ].concat([
    '/_revs_diff',
    '/_local/x',
    '/_security',
    '/_compact',
    '/_work',
    '/doc',
    '/doc/file',
    '/_x',
  ]);
  for (const token of [undefined, world.eve.token]) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'COPY', 'OPTIONS']) {
      for (const path of below) {
        const body = method === 'POST' || method === 'PUT' ? { docs: [], keys: [] } : undefined;
        const of = async (name: string) => {
          const { status, headers, text } = await ask(method, `/${name}${path}`, token, body);
          return { status, headers, text: text.replaceAll(name, 'NAME') };
        };
        expect(await of(secret), `${method} ${path}`).toEqual(await of(nowhere));
      }
    }
    const updates = await ask('GET', '/_db_updates', token);
    expect(updates.text).not.toContain(secret);
    for (const path of [
      '/_all_dbs',
      '/_dbs_info',
      '/_storage',
      '/_active_tasks',
      '/_membership',
      '/_stats',
    ]) {
      const answer = await ask('GET', path, token);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      world.expectDiscreet(answer.text);
    }
  }
});

test('checkpoints are no storage', async () => {
  const { blog } = world.names;
  const put = (name: string, body: unknown, token?: string) =>
    ask('PUT', `/${blog}/_local/${name}`, token, body);
  expect((await put('x', { note: 'x' })).status).toBe(404);
  expect((await put('large', { note: 'x'.repeat(20_000) }, world.eve.token)).status).toBe(413);
  const kept: number[] = [];
  for (let index = 0; index < 60; index += 1) {
    kept.push((await put(`c${index}`, { index }, world.eve.token)).status);
  }
  expect(kept.filter((status) => status === 201)).toHaveLength(50);
  expect(kept.filter((status) => status === 429)).toHaveLength(10);
  // Each peer has its own, and none sees another's, nor ours.
  expect((await ask('GET', `/${blog}/_local/c1`, world.bob.token)).status).toBe(404);
  for (const name of [`peer:${world.bob.address}:c1`, 'letter:x', '../c1', '%2e%2e%2fc1']) {
    const { status } = await ask('GET', `/${blog}/_local/${name}`, world.eve.token);
    // An unencoded slash would lead to an attachment, which local documents have none of.
    expect(status, name).toBe(name.includes('/') ? 400 : 404);
  }
  expect((await put('c1', { _rev: '0-1', index: 'again' }, world.bob.token)).status).toBe(409);
});

describe('numbers and lists that are too large', () => {
  const many = Array.from({ length: 2_001 }, () => 'x');
  test.each([
    ['GET', '_changes?since=999999999999999', undefined, 200],
    ['GET', `_changes?since=${'9'.repeat(10_000)}`, undefined, 400],
    ['GET', '_changes?limit=999999999999999', undefined, 200],
    ['GET', '_changes?limit=1e20', undefined, 400],
    ['GET', '_changes?heartbeat=0&feed=normal', undefined, 200],
    ['GET', '_changes?filter=_selector', undefined, 400],
    ['GET', '_all_docs?skip=999999999999999', undefined, 200],
    ['GET', `_all_docs?startkey="${'a'.repeat(5_000)}"`, undefined, 200],
    ['GET', `_all_docs?keys=${encodeURIComponent('['.repeat(4_000))}`, undefined, 400],
    ['GET', '_all_docs?startkey={"a":[{"b":1}]}', undefined, 400],
    ['POST', '_all_docs', { keys: many }, 413],
    ['POST', '_bulk_get', { docs: many.map((id) => ({ id })) }, 413],
    ['POST', '_revs_diff', Object.fromEntries(many.map((_, at) => [`x${at}`, ['1-a']])), 413],
    ['POST', '_revs_diff', { x: Array.from({ length: 1_001 }, () => '1-a') }, 400],
    ['POST', '_bulk_docs', { new_edits: false, docs: many }, 413],
    ['POST', '_changes?filter=_doc_ids', { doc_ids: many }, 413],
    ['POST', '_changes?filter=_selector', { selector: { $regex: '(a+)+$' } }, 400],
    [
      'GET',
      `x?open_revs=${encodeURIComponent(JSON.stringify(many.slice(0, 400)))}`,
      undefined,
      400,
    ],
    ['GET', 'x?rev=1-a&revs=true&latest=true&conflicts=true', undefined, 404],
  ])('%s %.60s', async (method, path, body, status) => {
    const answer = await ask(method, `/${world.names.blog}/${path}`, world.eve.token, body);
    expect(answer.status, answer.text.slice(0, 300)).toBe(status);
    world.expectDiscreet(answer.text);
  });
});

describe('floods', () => {
  const head = (path: string, token?: string, ...more: string[]): string =>
    [
      `GET ${path} HTTP/1.1`,
      `Host: ${world.onion.host}`,
      ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
      ...more,
      '',
      '',
    ].join('\r\n');
  /** The friend, in the middle of it. */
  const friendIsAnswered = async (): Promise<void> => {
    const { status } = await ask('GET', `/${world.names.blog}`, world.bob.token);
    expect(status).toBe(200);
  };

  test('of requests one behind another on one connection are answered or turned away, each once', async () => {
    const path = `/${world.names.blog}/_all_docs`;
    const last = head(path, world.eve.token, 'Connection: close');
    const flood = raw(head(path, world.eve.token).repeat(400) + last, world.onion.port);
    await friendIsAnswered();
    const seen = statuses(await flood);
    expect(seen).toHaveLength(401);
    expect(new Set(seen)).toEqual(new Set([200, 429]));
  });

  test('of connections that say nothing, little, or never end what they say, keep no friend out', async () => {
    const sockets: Socket[] = [];
    const open = async (text: string): Promise<void> => {
      const socket = connect({ port: world.onion.port, host: '127.0.0.1' });
      sockets.push(socket);
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(text);
    };
    const body = ['Content-Type: application/json', 'Content-Length: 1000'];
    const unfinished = head(`/${world.names.profile}/_all_docs`, undefined, ...body);
    for (let round = 0; round < 100; round += 1) {
      await open('');
      await open('GET / HTTP/1.1\r\nHost: ');
      await open(unfinished.replace('GET', 'POST'));
      await open(head('/_db_updates?feed=longpoll'));
      if (round % 20 === 0) await friendIsAnswered();
    }
    await friendIsAnswered();
    for (const socket of sockets) socket.destroy();
  });

  test('of a peer’s own connections end its own, and nobody else’s', async () => {
    const friend = connect({ port: world.onion.port, host: '127.0.0.1' });
    friend.write(head(`/${world.names.blog}`, world.bob.token));
    await once(friend, 'data');
    const sockets = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const socket = connect({ port: world.onion.port, host: '127.0.0.1' });
        socket.on('error', () => undefined);
        socket.write(head(`/${world.names.blog}`, world.eve.token));
        await Promise.race([once(socket, 'data'), once(socket, 'close')]);
        return socket;
      }),
    );
    friend.write(head(`/${world.names.blog}`, world.bob.token));
    const [answer] = (await once(friend, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200/);
    for (const socket of [friend, ...sockets]) socket.destroy();
  });

  test('of large batches are worked on one by one; a friend’s small request goes between them', async () => {
    const junk = { _id: 'x', _rev: '1-a', v: 1, d: 'x'.repeat(700) };
    const batch = { new_edits: false, docs: Array.from({ length: 2_000 }, () => junk) };
    let answered = 0;
    const flood = Array.from({ length: 12 }, async () => {
      const { status } = await ask(
        'POST',
        `/${world.names.blog}/_bulk_docs`,
        world.eve.token,
        batch,
      );
      answered += 1;
      return status;
    });
    await friendIsAnswered();
    expect(answered).toBeLessThan(12);
    expect(new Set(await Promise.all(flood))).toEqual(new Set([201]));
  });

  test('of requests a second are told when to come again, and a friend goes on', async () => {
    const slow = await openHostileWorld({
      limits: {
        refusedAfter: 1,
        requests: {
          peer: { perSecond: 0.001, burst: 20 },
          stranger: { perSecond: 0.001, burst: 10 },
        },
      },
    });
    const times = async (count: number, token?: string) => {
      const path = `/${slow.names.profile}`;
      const seen: number[] = [];
      for (let index = 0; index < count; index += 1) {
        const answer = await slow.onion.ask('GET', path, token === undefined ? {} : { token });
        seen.push(answer.status);
        if (answer.status !== 429) continue;
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
        expect(answer.text).toMatch(/requests a second/);
      }
      return seen.filter((status) => status === 200).length;
    };
    expect(await times(30, slow.eve.token)).toBe(20);
    expect(await times(30)).toBe(10);
    await slow.expectWell();
    await slow.close();
  });
});
