import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fromBase64Url, toBase64Url } from '../../src/domain/bytes.ts';
import { dial, type DialerSelf, nameSelf } from '../../src/domain/peer-handshake/dialer.ts';
import {
  makeTransportKey,
  type TransportKey,
} from '../../src/domain/peer-handshake/transport-key.ts';
import { randomBytes } from '../../src/domain/sodium.ts';
import { blogSpace } from '../../src/domain/space/charter.ts';
import type { AccessList } from '../../src/protocol/access-list.ts';
import { handshakePaths } from '../../src/protocol/handshake-messages.ts';
import type { TransportLoan } from '../../src/protocol/native-messages.ts';
import { TransportKeys } from '../../src/background/app/self/transport-keys.ts';
import { type Clock, systemClock } from '../../src/store/clock.ts';
import { createOnionFetch } from '../../src/sync/onion-fetch.ts';
import { createPeerTokens, type PeerTokens } from '../../src/sync/peer-tokens.ts';
import { must, person, type Person, withNewDevice } from '../domain/people.ts';
import { Onions } from '../sync/onions.ts';
import { bearer, openWorld, type Answer, type World, type WorldOptions } from './endpoint-world.ts';
import { newDatabase } from './store-helpers.ts';

const alice = person('Alice');
const bob = person('Bob');
const mallory = person('Mallory');
const space = blogSpace(alice.identity.publicKey, 'For Bob', alice.random).name;
const day = 24 * 3_600_000;

function transportOf(who: Person, now = Date.now()): TransportKey {
  const making = { owner: who.identity.publicKey, signer: who.device.signing, now };
  return makeTransportKey(making, randomBytes);
}

function loanOf(who: Person, key = transportOf(who)): TransportLoan {
  return {
    address: who.identity.address,
    secretKey: toBase64Url(key.keys.secretKey),
    statement: toBase64Url(key.statement),
    until: key.until,
  };
}

const selfOf = (who: Person, transport = transportOf(who)): DialerSelf => ({
  publicKey: who.identity.publicKey,
  transport,
});

function listWith(peers: readonly Person[], rights: 'read' | 'none' = 'read'): AccessList {
  version += 1;
  return {
    version,
    spaces: [{ name: space, door: 'signed', readers: 'peers' }],
    peers: peers.map(({ identity, device }) => ({
      address: identity.address,
      device: toBase64Url(device.signing.publicKey),
      read: rights === 'read' ? [space] : [],
      write: [],
    })),
  };
}

let version = 0;
let world: World;
const onions = new Onions();

async function open(options: WorldOptions = {}): Promise<void> {
  await world?.close();
  world = await openWorld(alice.identity.address, options);
  await newDatabase(world.store, space);
  world.access.set(listWith([bob]));
  world.desk.lend(loanOf(alice));
  onions.lead(alice.identity.address, world.onion.port);
}

beforeEach(() => open({ desk: { limits: { milliseconds: 5_000 } } }));
afterEach(async () => {
  expect(world.faults).toEqual([]);
});

/** As a friend's add-on does it: over HTTP, with its own part of the handshake. */
function tokensOf(who: Person, clock: Clock = systemClock, self = selfOf(who)): PeerTokens {
  const fetch = createOnionFetch({
    fetch: onions.fetch,
    gate: async () => true,
    clock: systemClock,
  });
  return createPeerTokens({ fetch, self: () => self, random: randomBytes, clock });
}

const toAlice = { address: alice.identity.address, device: alice.device.signing.publicKey };
const getTokenOf = async (who: Person): Promise<string> => (await tokensOf(who).get(toAlice)).token;
const statusWith = async (token: string): Promise<number> =>
  (await world.onion.ask('GET', `/${space}`, { token })).status;

const hello = (m: Uint8Array): Promise<Answer> =>
  world.onion.ask('POST', handshakePaths.hello, { body: { m: toBase64Url(m) } });
const prove = (id: string, m: Uint8Array): Promise<Answer> =>
  world.onion.ask('POST', handshakePaths.proof, { body: { id, m: toBase64Url(m) } });

interface Begun {
  readonly id: string;
  readonly answer: Uint8Array;
  readonly proof: Uint8Array;
}

/** The first round trip, and the proof with which this dialer would go on. */
async function begin(self: DialerSelf, server: Person = alice): Promise<Begun> {
  const dialing = dial(randomBytes);
  const { json } = await hello(dialing.message);
  const { id, m } = json as { id: string; m: string };
  const answer = must(fromBase64Url(m));
  const speaker = { publicKey: server.identity.publicKey, device: server.device.signing.publicKey };
  const named = must(nameSelf(dialing, answer, { self, server: speaker, now: Date.now() }));
  return { id, answer, proof: named.message };
}

describe('Bob', () => {
  test('gets a token by the handshake and is let in where the list says', async () => {
    const token = await getTokenOf(bob);
    expect(await statusWith(token)).toBe(200);
    expect(world.seen).toEqual([bob.identity.address]);
    expect((await world.onion.ask('GET', `/${space}`)).status).toBe(404);
    expect(await statusWith(`${token.slice(1)}A`)).toBe(401);
  });

  test('with a new device is let in when the list says so, and his old one is not', async () => {
    const token = await getTokenOf(bob);
    const restored = withNewDevice(bob);
    await expect(getTokenOf(restored)).rejects.toMatchObject({ code: 'peer-refused' });
    world.access.set(listWith([restored]));
    expect(await statusWith(token)).toBe(401);
    expect(await statusWith(await getTokenOf(restored))).toBe(200);
    await expect(getTokenOf(bob)).rejects.toMatchObject({ code: 'peer-refused' });
  });

  test('who dials another device than he knows of says so, and names himself to nobody', async () => {
    const stranger = { ...toAlice, device: mallory.device.signing.publicKey };
    await expect(tokensOf(bob).get(stranger)).rejects.toMatchObject({ code: 'device-changed' });
  });

  test.each([
    ['ahead', 2 * day],
    ['behind', -2 * day],
  ])('whose clock is far %s hears that clocks differ', async (_, skew) => {
    const clock = { ...systemClock, now: () => Date.now() + skew };
    const self = selfOf(bob, transportOf(bob, clock.now()));
    await expect(tokensOf(bob, clock, self).get(toAlice)).rejects.toMatchObject({
      code: 'clocks-differ',
    });
  });

  test.each([-4, -1, 1, 4])(
    'whose clock is %s hours off gets a token as his own add-on would, and keeps it',
    async (hours) => {
      const clock = { ...systemClock, now: () => Date.now() + hours * 3_600_000 };
      const me = { identity: bob.identity, device: bob.device };
      const keys = new TransportKeys({ me, random: randomBytes, clock, lend: () => undefined });
      const lent = new TransportKeys({
        me: alice,
        random: randomBytes,
        clock: systemClock,
        lend: (loan) => loan && world.desk.lend(loan),
      });
      lent.lend();
      const tokens = tokensOf(bob, clock, keys.self());
      const { token } = await tokens.get(toAlice);
      expect(await statusWith(token)).toBe(200);
      expect((await tokens.get(toAlice, { lasting: 1_800_000 })).token).toBe(token);
      lent.takeBack();
    },
  );

  test('whose transport key has ended gets no token', async () => {
    const self = selfOf(bob, transportOf(bob, Date.now() - 2 * day));
    const code = 'peer-refused';
    await expect(tokensOf(bob, systemClock, self).get(toAlice)).rejects.toMatchObject({ code });
  });

  test('shakes hands once for many requests, and once more when the token ends', async () => {
    const tokens = tokensOf(bob);
    const [first, second] = await Promise.all([tokens.get(toAlice), tokens.get(toAlice)]);
    expect(second.token).toBe(first.token);
    const { token: renewed } = await tokens.get(toAlice, { lasting: 3_590_000 });
    expect(renewed).not.toBe(first.token);
    expect([await statusWith(first.token), await statusWith(renewed)]).toEqual([200, 200]);
    tokens.end(toAlice.address, renewed);
    expect(tokens.held(toAlice.address)).toBeUndefined();
  });

  test('keeps his tokens to a number: the oldest ends', async () => {
    const tokens: string[] = [];
    for (let number = 0; number < 9; number += 1) tokens.push(await getTokenOf(bob));
    const statuses = await Promise.all(tokens.map(statusWith));
    expect(statuses).toEqual([401, ...Array.from({ length: 8 }, () => 200)]);
  });
});

describe('a token ends', () => {
  /** A long-poll that is open, and how it ends. */
  async function feed(token: string): Promise<{ end: Promise<'whole' | 'cut'> }> {
    const path = `/${space}/_changes?feed=longpoll&since=now&heartbeat=60000`;
    const response = await world.onion.open('GET', path, { headers: bearer(token) });
    const readToEnd = async () => {
      try {
        for await (const _ of response);
        return 'whole';
      } catch {
        return 'cut';
      }
    };
    return { end: readToEnd() };
  }

  test('at its time, and with it what is open', async () => {
    await open({ desk: { limits: { tokenMilliseconds: 300 } } });
    const { proof, id } = await begin(selfOf(bob));
    expect((await prove(id, proof)).status).toBe(200);
    const token = await getTokenOf(bob);
    const { end } = await feed(token);
    expect(await end).toBe('cut');
    expect(await statusWith(token)).toBe(401);
  });

  test.each([
    ['Bob is no friend any more', () => listWith([])],
    ['Bob may read less', () => listWith([bob], 'none')],
    ['Bob has another device', () => listWith([withNewDevice(bob)])],
  ])('when %s, and with it what is open', async (_, list) => {
    const token = await getTokenOf(bob);
    const { end } = await feed(token);
    world.access.set(list());
    expect(await end).toBe('cut');
    expect(await statusWith(token)).toBe(401);
  });

  test('when the add-on takes its key back; handshakes under way and to come end too', async () => {
    const token = await getTokenOf(bob);
    const { end } = await feed(token);
    const begun = await begin(selfOf(bob));
    world.desk.takeBack();
    expect(await end).toBe('cut');
    expect(await statusWith(token)).toBe(401);
    expect((await prove(begun.id, begun.proof)).status).toBe(403);
    await expect(getTokenOf(bob)).rejects.toMatchObject({ code: 'peer-unreachable' });
  });

  test('not when the key is lent anew; what began with the old one is ended with it', async () => {
    const token = await getTokenOf(bob);
    const begun = await begin(selfOf(bob));
    world.desk.lend(loanOf(alice));
    expect(await statusWith(token)).toBe(200);
    expect((await prove(begun.id, begun.proof)).status).toBe(200);
  });

  test('when the key is another address’s', async () => {
    const token = await getTokenOf(bob);
    world.desk.lend(loanOf(mallory));
    expect(await statusWith(token)).toBe(401);
    await expect(getTokenOf(bob)).rejects.toMatchObject({ code: 'device-changed' });
  });

  test('and what is no key is not taken', () => {
    const loan = loanOf(alice);
    for (const wrong of [{ address: `${'a'.repeat(56)}.onion` }, { statement: 'A' }]) {
      expect(() => world.desk.lend({ ...loan, ...wrong })).toThrow('malformed');
    }
  });

  test('and a key that has ended gives none', async () => {
    world.desk.lend(loanOf(alice, transportOf(alice, Date.now() - 2 * day)));
    expect((await hello(dial(randomBytes).message)).status).toBe(503);
  });
});

describe('nothing else gives a token', () => {
  /** What everybody hears who is not let in, whatever was wrong. */
  const refusal = {
    error: 'forbidden',
    reason: 'This handshake does not lead to a token.',
  };
  const expectRefused = async (id: string, message: Uint8Array) => {
    const { status, json } = await prove(id, message);
    expect([status, json]).toEqual([403, refusal]);
  };

  test('a stranger, a thief of a name, and a wrong proof hear the same', async () => {
    const unknown = await begin(selfOf(mallory));
    // Bob's statement is no secret: everybody whom he has dialled or who has dialled him has it.
    const bobs = transportOf(bob);
    const thief = { ...bobs, keys: transportOf(mallory).keys };
    const stolen = await begin({ publicKey: bob.identity.publicKey, transport: thief });
    const wrong = await begin(selfOf(bob));
    wrong.proof[wrong.proof.length - 1] = (wrong.proof.at(-1) ?? 0) ^ 1;
    for (const { id, proof } of [unknown, stolen, wrong]) await expectRefused(id, proof);
    await expectRefused(toBase64Url(randomBytes(16)), unknown.proof);
  });

  test('one attempt for each handshake: a replay, even of a good proof, is refused', async () => {
    const { id, proof } = await begin(selfOf(bob));
    const wrong = await begin(selfOf(bob));
    await expectRefused(wrong.id, proof);
    await expectRefused(wrong.id, wrong.proof);
    expect((await prove(id, proof)).status).toBe(200);
    await expectRefused(id, proof);
  });

  test('messages that are sent back to who made them are none', async () => {
    const { id, answer } = await begin(selfOf(bob));
    await expectRefused(id, answer);
    expect((await hello(answer)).status).toBe(400);
  });

  test('what is said to Mallory is of no use at Alice’s', async () => {
    const alices = loanOf(alice);
    world.desk.lend(loanOf(mallory));
    const toMallory = await begin(selfOf(bob), mallory);
    world.desk.lend(alices);
    const atAlices = await begin(selfOf(bob));
    await expectRefused(atAlices.id, toMallory.proof);
  });

  test('a handshake that takes too long is forgotten', async () => {
    await open({ desk: { limits: { milliseconds: 50 } } });
    const { id, proof } = await begin(selfOf(bob));
    await pause(200);
    await expectRefused(id, proof);
  });

  test('whatever else is sent', { timeout: 120_000 }, async () => {
    await open({ desk: { limits: { milliseconds: 60_000 } } });
    const changes = fc.record({
      at: fc.nat(),
      by: fc.integer({ min: 1, max: 255 }),
      cut: fc.option(fc.nat()),
      more: fc.uint8Array({ maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(changes, { minLength: 20, maxLength: 20 }), async (each) => {
        const tried = each.map(async ({ at, by, cut, more }) => {
          const { id, proof } = await begin(selfOf(bob));
          const changed = Uint8Array.from([...proof.slice(0, cut ?? proof.length), ...more]);
          const index = at % Math.max(1, changed.length);
          changed[index] = (changed[index] ?? 0) ^ by;
          return changed.length > 0 ? (await prove(id, changed)).status : 403;
        });
        expect(new Set(await Promise.all(tried))).toEqual(new Set([403]));
      }),
      { numRuns: 5 },
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 60 }), fc.json(), async (text, json) => {
        for (const path of Object.values(handshakePaths)) {
          for (const body of [text, json, JSON.stringify({ id: text, m: text })]) {
            expect((await world.onion.ask('POST', path, { body })).status).toBe(400);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test('only POST, only JSON, only small, only at our own name, and from no web page', async () => {
    const path = handshakePaths.hello;
    const m = toBase64Url(dial(randomBytes).message);
    expect((await world.onion.ask('GET', path)).status).toBe(405);
    const long = await world.onion.ask('POST', path, { body: { m: m.padEnd(3_000, 'A') } });
    expect(long.status).toBe(413);
    const headers = { 'content-type': 'text/plain' };
    expect((await world.onion.ask('POST', path, { body: { m }, headers })).status).toBe(415);
    const host = { host: `${bob.identity.address}:25984` };
    expect((await world.onion.ask('POST', path, { body: { m }, headers: host })).status).toBe(421);
    const origin = { origin: 'http://example.org' };
    expect((await world.onion.ask('POST', path, { body: { m }, headers: origin })).status).toBe(
      403,
    );
  });
});

describe('a flood', { timeout: 120_000 }, () => {
  test('of begun and of failing handshakes doesn’t keep Bob out', async () => {
    const enough = new AbortController();
    const flood = async (): Promise<void> => {
      while (!enough.signal.aborted) {
        const { id } = (await hello(dial(randomBytes).message)).json as { id: string };
        void prove(id, randomBytes(100)).catch(() => undefined);
      }
    };
    const floods = Array.from({ length: 8 }, () => flood().catch(() => undefined));
    for (let number = 0; number < 10; number += 1) await pause(50).then(() => getTokenOf(bob));
    enough.abort();
    await Promise.all(floods);
  });

  test('of connections that say half of it doesn’t either', async () => {
    const { port } = world.onion;
    const half = Array.from({ length: 120 }, () => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.on('error', () => undefined);
      socket.write(
        `POST ${handshakePaths.hello} HTTP/1.1\r\nHost: ${alice.identity.address}:25984\r\n` +
          'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"m":',
      );
      return socket;
    });
    await Promise.all(half.map((socket) => once(socket, 'connect')));
    await pause(200);
    expect(await statusWith(await getTokenOf(bob))).toBe(200);
    for (const socket of half) socket.destroy();
  });

  test('of strangers who hold all the requests they may doesn’t either', async () => {
    const stop = new AbortController();
    const path = '/_db_updates?feed=longpoll&since=now&heartbeat=60000';
    const held = [];
    for (let number = 0; number < 32; number += 1) {
      held.push(world.onion.open('GET', path, {}, stop.signal));
    }
    await Promise.all(held);
    expect((await world.onion.ask('GET', '/')).status).toBe(429);
    expect(await statusWith(await getTokenOf(bob))).toBe(200);
    stop.abort();
  });

  test('pushes out strangers’ handshakes, the oldest first, and none of a peer who renews', async () => {
    await open({ desk: { limits: { strangers: 3, milliseconds: 60_000 } } });
    const token = await getTokenOf(bob);
    const dialing = dial(randomBytes);
    const renewing = await world.onion.ask('POST', handshakePaths.hello, {
      body: { m: toBase64Url(dialing.message) },
      token,
    });
    const { id, m } = renewing.json as { id: string; m: string };
    const begun = [];
    for (let number = 0; number < 4; number += 1) begun.push(await begin(selfOf(bob)));
    const statuses = [];
    for (const each of begun) statuses.push((await prove(each.id, each.proof)).status);
    expect(statuses).toEqual([403, 200, 200, 200]);
    const server = { publicKey: alice.identity.publicKey, device: alice.device.signing.publicKey };
    const naming = { self: selfOf(bob), server, now: Date.now() };
    const named = must(nameSelf(dialing, must(fromBase64Url(m)), naming));
    expect((await prove(id, named.message)).status).toBe(200);
  });
});
