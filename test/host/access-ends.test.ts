import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EndpointRequest } from '../../native-host/endpoint/messages/message.ts';
import { tokenHash } from '../../src/domain/peer-handshake/token.ts';
import type { AccessList } from '../../src/protocol/access-list.ts';
import { blogOf, person } from '../domain/people.ts';
import {
  accessList,
  bearer,
  letIn,
  openWorld,
  type ListedPeer,
  type World,
} from './endpoint-world.ts';
import { databaseOf, newDatabase } from './store-helpers.ts';

const alice = person('Alice');
const blog = blogOf(alice, ['one', 'two']);
const space = blog.space.name;
const large = blogOf(alice, ['large']).space.name;
const bob = person('Bob').identity.address;
const carol = person('Carol').identity.address;
const shared = [space, large];
const tokens = { bob: 'bobs-token', carol: 'carols-token' };
const peers: ListedPeer[] = [
  { address: bob, token: tokens.bob, read: shared, write: shared },
  { address: carol, token: tokens.carol, read: shared, write: shared },
];
const [bobs, carols] = peers as [ListedPeer, ListedPeer];
const changedDevice = { ...bobs, device: 'new' };
const spacesFor = (readers: 'anyone' | 'peers' | 'nobody'): AccessList['spaces'] =>
  shared.map((name) => ({ name, door: 'signed', readers }));

let world: World;
let version = 0;
const grant = (list = peers, readers: 'anyone' | 'peers' | 'nobody' = 'peers'): void => {
  version += 1;
  expect(world.access.set(accessList(spacesFor(readers), list, version))).toBe(true);
};

beforeAll(async () => {
  world = await openWorld(alice.identity.address);
  await newDatabase(world.store, space);
  const database = await newDatabase(world.store, large);
  // More than all buffers between two ends hold, so that an answer can't have left us whole.
  const text = 'x'.repeat(1_000_000);
  const ids = Array.from({ length: 24 }, (_, index) => `doc${index}`);
  await database.write(
    ids.map((_id) => ({ _id, text })),
    true,
  );
});
beforeEach(() => {
  grant();
  letIn(world.access, peers);
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});

/** Each way in which a peer's token ends. */
const losses: [what: string, lose: () => void][] = [
  ['a peer is gone', () => grant([carols])],
  ['a peer may no longer read', () => grant([{ ...bobs, read: [] }, carols])],
  ['a peer may no longer write', () => grant([{ ...bobs, write: [] }, carols])],
  ['a peer has another device', () => grant([changedDevice, carols])],
  ['the add-on takes its key back', () => world.access.endTokens()],
];

const ids = Array.from({ length: 24 }, (_, index) => ({ id: `doc${index}` }));
const answers: [string, string, unknown?][] = [
  ['GET', `/${large}/_all_docs?include_docs=true`],
  ['GET', `/${large}/_changes?include_docs=true`],
  ['GET', `/${large}/_changes?include_docs=true&feed=longpoll`],
  ['GET', `/${large}/_changes?include_docs=true&feed=continuous&heartbeat=60000`],
  ['POST', `/${large}/_bulk_get`, { docs: ids }],
];

async function endOf(response: IncomingMessage): Promise<'whole' | 'cut'> {
  try {
    for await (const _ of response);
    return 'whole';
  } catch {
    return 'cut';
  }
}

async function nextOf(socket: Socket): Promise<string> {
  const [piece] = (await once(socket, 'data')) as [Buffer];
  return piece.toString();
}

describe.each(losses)('when %s', (what, lose) => {
  test.each(what === 'a peer is gone' ? answers : answers.slice(0, 1))(
    'an answer that is being read ends: %s %s',
    async (method, path, body) => {
      const response = await world.onion.open(method, path, { body, headers: bearer(tokens.bob) });
      // Its beginning was read, and then nothing: what is to come waits on our side.
      await once(response, 'readable');
      lose();
      expect(await endOf(response)).toBe('cut');
    },
  );

  test('nothing of a batch is stored whose documents had come by then', async () => {
    async function* body() {
      yield JSON.stringify({ docs: blog.documents, new_edits: false });
      lose();
    }
    const answer = await world.endpoint.handle(asBob(`/${space}/_bulk_docs`, body()), caller);
    expect(answer.status).toBe(401);
    expect((await databaseOf(world.store, space).info()).documents).toBe(0);
  });

  test('a batch that is still coming is refused at once', async () => {
    const socket = connect({ port: world.onion.port, host: '127.0.0.1' });
    socket.write(
      `POST /${space}/_bulk_docs HTTP/1.1\r\nHost: ${world.onion.host}\r\n` +
        `Authorization: Bearer ${tokens.bob}\r\nContent-Type: application/json\r\n` +
        'Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n{"docs":[',
    );
    // The door has told us to go on: it is reading.
    expect(await nextOf(socket)).toMatch(/^HTTP\/1.1 100 /);
    lose();
    expect(await nextOf(socket)).toMatch(/^HTTP\/1.1 401 /);
    socket.destroy();
  });
});

const caller = { kind: 'peer', address: bob, tokenHash: tokenHash(tokens.bob) } as const;
const asBob = (path: string, body: AsyncIterable<string>): EndpointRequest => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json' },
  body,
});

describe('when a space is closed to all', () => {
  test.each(answers)('a stranger’s answer ends: %s %s', async (method, path, body) => {
    grant(peers, 'anyone');
    const response = await world.onion.open(method, path, { body });
    await once(response, 'readable');
    grant(peers, 'nobody');
    expect(await endOf(response)).toBe('cut');
  });

  test('who may write there still may', async () => {
    async function* body() {
      yield '{"docs":[],"new_edits":false}';
      grant(peers, 'nobody');
    }
    const answer = await world.endpoint.handle(asBob(`/${space}/_bulk_docs`, body()), caller);
    expect(answer.status).toBe(201);
  });
});

test('what others have open goes on', async () => {
  const open = (token: string) =>
    world.onion.open('GET', `/${large}/_all_docs?include_docs=true`, { headers: bearer(token) });
  const [bobsAnswer, carolsAnswer] = await Promise.all([open(tokens.bob), open(tokens.carol)]);
  await Promise.all([once(bobsAnswer, 'readable'), once(carolsAnswer, 'readable')]);
  grant([carols]);
  expect(await Promise.all([endOf(bobsAnswer), endOf(carolsAnswer)])).toEqual(['cut', 'whole']);
});

test('a batch whose signatures are being checked is not stored', async () => {
  // The check gives others a turn after each hundred documents.
  const many = Array.from({ length: 300 }, () => blog.documents).flat();
  const body = JSON.stringify({ docs: many, new_edits: false });
  const answering = world.endpoint.handle(
    { ...asBob(`/${space}/_bulk_docs`, (async function* () {})()), body },
    caller,
  );
  await new Promise(setImmediate);
  grant([carols]);
  expect((await answering).status).toBe(401);
  expect((await databaseOf(world.store, space).info()).documents).toBe(0);
});
