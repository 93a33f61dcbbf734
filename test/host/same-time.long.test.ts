import { Agent, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { equalBytes, fromBase64Url, toBase64Url } from '../../src/domain/bytes.ts';
import { dial, nameSelf } from '../../src/domain/peer-handshake/dialer.ts';
import { answer, grant } from '../../src/domain/peer-handshake/server.ts';
import { makeTransportKey } from '../../src/domain/peer-handshake/transport-key.ts';
import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { blogSpace } from '../../src/domain/space/charter.ts';
import { handshakePaths } from '../../src/protocol/handshake-messages.ts';
import { must, person, type Person } from '../domain/people.ts';
import { notByChance, rankDistance, timesOf } from '../helpers/same-time.ts';
import { openWorld, shareWith, type World } from './endpoint-world.ts';
import { newDatabase } from './store-helpers.ts';

await sodiumReady();
const alice = person('Alice');
const bob = person('Bob');
/** Whole, not in pieces: putting those together takes time, on our side. */
const whole = (text: string): string => Buffer.from(text).toString('latin1');
const space = (what: string): string =>
  whole(blogSpace(alice.identity.publicKey, what, alice.random).name);
const names = {
  carols: space('Carol only'),
  unshared: space('on no list'),
  absent: space('not there'),
  noName: whole(space('not there either').replace(/^s/, '!').toUpperCase()),
  bobs: space('Bob reads'),
};
const token = 'bobs-token';
const often = { perSecond: 1_000_000, burst: 1_000_000 };

let world: World;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
beforeAll(async () => {
  world = await openWorld(alice.identity.address, {
    limits: { requests: { peer: often, stranger: often } },
  });
  for (const name of [names.carols, names.unshared, names.bobs]) {
    const database = await newDatabase(world.store, name);
    await database.write(
      Array.from({ length: 200 }, (_, index) => ({ _id: `doc${index}`, text: 'x'.repeat(500) })),
      true,
    );
  }
  shareWith(
    world.access,
    [names.carols, names.bobs].map((name) => ({ name, door: 'signed', readers: 'peers' })),
    [
      { address: bob.identity.address, token, read: [names.bobs], write: [] },
      { address: person('Carol').identity.address, token: 'c', read: [names.carols], write: [] },
    ],
  );
});
afterAll(async () => {
  agent.destroy();
  await world.close();
});

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly by?: string | undefined;
}

/** One request on the connection that all share; its status. */
function ask({ method, path, body, by }: Asked): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        host: '127.0.0.1',
        port: world.onion.port,
        agent,
        method,
        path,
        headers: {
          host: world.onion.host,
          ...(by === undefined ? {} : { authorization: `Bearer ${by}` }),
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const routes: [method: string, path: string, body?: string][] = [
  ['GET', ''],
  ['GET', '/_all_docs?include_docs=true'],
  ['GET', '/_changes'],
  ['GET', '/doc1'],
  ['POST', '/_bulk_docs', '{"docs":[],"new_edits":false}'],
  ['PUT', '/doc1?new_edits=false', '{}'],
];

describe.each([
  ['a stranger', undefined],
  ['a friend', token],
])('%s', (_, by) => {
  test.each(routes)('%s {db}%s takes as long whatever is there', async (method, path, body) => {
    const each = (name: string) => async () => {
      const asked = { method, path: `/${name}${path}`, by };
      expect(await ask(body === undefined ? asked : { ...asked, body })).toBe(404);
    };
    const { carols, unshared, absent, noName } = names;
    const times = await timesOf(
      {
        carols: each(carols),
        unshared: each(unshared),
        absent: each(absent),
        noName: each(noName),
      },
      3_000,
      1,
    );
    // Their names are of one length: a longer one takes longer to send.
    for (const hidden of ['carols', 'unshared', 'noName'] as const) {
      expect(Math.abs(rankDistance(times[hidden], times.absent)), hidden).toBeLessThan(notByChance);
    }
  });
});

test('what is open to a friend takes longer: the measure can tell', async () => {
  const each = (name: string) => () =>
    ask({ method: 'GET', path: `/${name}/_all_docs`, by: token });
  const times = await timesOf({ bobs: each(names.bobs), absent: each(names.absent) }, 3_000, 2);
  expect(rankDistance(times.bobs, times.absent)).toBeGreaterThan(notByChance);
});

/** A third message by each of those who get no token, and how the server takes it. */
const dialers = {
  unknown: (): Dialer => ({ who: person('Mallory') }),
  'with a wrong proof': (): Dialer => ({ who: bob, spoils: true }),
  'with an ended key': (): Dialer => ({ who: bob, at: Date.now() - 3 * 86_400_000 }),
  'ahead of time': (): Dialer => ({ who: bob, at: Date.now() + 86_400_000 }),
  'with another’s device': (): Dialer => ({ who: bob, device: person('Mallory') }),
};

interface Dialer {
  readonly who: Person;
  readonly spoils?: boolean;
  readonly at?: number;
  readonly device?: Person;
}

const serverKey = makeTransportKey(
  { owner: alice.identity.publicKey, signer: alice.device.signing, now: Date.now() - 3_600_000 },
  randomBytes,
);
const server = { publicKey: alice.identity.publicKey, transport: serverKey };

function thirdMessage(dialer: Dialer) {
  const dialing = dial(randomBytes);
  const answered = must(answer(server, dialing.message, randomBytes));
  return { answered, message: named(dialer, dialing, answered.message) };
}

function named(
  { who, spoils, at = Date.now() - 3_600_000, device = who }: Dialer,
  dialing: ReturnType<typeof dial>,
  answered: Uint8Array,
): Uint8Array {
  const { publicKey } = who.identity;
  const signer = device.device.signing;
  const transport = makeTransportKey({ owner: publicKey, signer, now: at }, randomBytes);
  const speaker = { publicKey: server.publicKey, device: alice.device.signing.publicKey };
  const naming = { self: { publicKey, transport }, server: speaker, now: Date.now() };
  const { message } = must(nameSelf(dialing, answered, naming));
  if (spoils) message[message.length - 1] = (message.at(-1) ?? 0) ^ 1;
  return message;
}

type Kind = keyof typeof dialers;
const kinds = Object.keys(dialers) as Kind[];

test('the work of refusing a handshake is the same, whoever came', async () => {
  const isBob = (key: Uint8Array) => equalBytes(key, bob.identity.publicKey);
  const deviceOf = (key: Uint8Array) => (isBob(key) ? bob.device.signing.publicKey : undefined);
  const granting = { self: server, deviceOf, now: Date.now(), until: Date.now() + 1_000 };
  const tasks = Object.fromEntries(
    kinds.map((kind) => {
      const { answered, message } = thirdMessage(dialers[kind]());
      return [kind, async () => grant(answered, message, granting, randomBytes)];
    }),
  );
  const medians = Object.values(await timesOf(tasks, 2_000, 3)).map(
    (times) => times.toSorted((a, b) => a - b)[1_000] ?? 0,
  );
  // Half a dozen microseconds are between them, for a certificate that is read to its end.
  expect(Math.max(...medians) / Math.min(...medians)).toBeLessThan(1.1);
});

test('no proof that leads to no token is answered sooner or later than another', async () => {
  const other = await openWorld(alice.identity.address, {
    desk: { limits: { milliseconds: 600_000 } },
  });
  other.access.set({
    version: 1,
    spaces: [],
    peers: [
      {
        address: bob.identity.address,
        device: toBase64Url(bob.device.signing.publicKey),
        read: [],
        write: [],
      },
    ],
  });
  other.desk.lend({
    address: alice.identity.address,
    secretKey: toBase64Url(serverKey.keys.secretKey),
    statement: toBase64Url(serverKey.statement),
    until: serverKey.until,
  });
  const post = (path: string, body: object) => other.onion.ask('POST', path, { body });
  const prepare = async (kind: Kind) => {
    const dialing = dial(randomBytes);
    const { json } = await post(handshakePaths.hello, { m: toBase64Url(dialing.message) });
    const { id, m } = json as { id: string; m: string };
    const message = named(dialers[kind](), dialing, must(fromBase64Url(m)));
    return { kind, proof: { id, m: toBase64Url(message) } };
  };
  const times = new Map<Kind, number[]>(kinds.map((kind) => [kind, []]));
  for (let batch = 0; batch < 40; batch += 1) {
    const prepared = await Promise.all([...kinds, ...kinds, ...kinds, ...kinds].map(prepare));
    const inOrder = prepared.toSorted((a, b) => (a.proof.id < b.proof.id ? -1 : 1));
    await Promise.all(
      inOrder.map(async ({ kind, proof }) => {
        const begun = performance.now();
        expect((await post(handshakePaths.proof, proof)).status).toBe(403);
        times.get(kind)?.push(performance.now() - begun);
      }),
    );
  }
  const [first = [], ...others] = times.values();
  for (const each of others) {
    expect(Math.abs(rankDistance(each, first))).toBeLessThan(notByChance);
  }
  await other.close();
});
