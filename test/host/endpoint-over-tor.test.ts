import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { socksConnect } from '../../native-host/tor/socks-client.ts';
import { toBase64 } from '../../src/domain/bytes.ts';
import { wrapSealed } from '../../src/domain/document/sealed.ts';
import { conversationSpace } from '../../src/domain/friend/pair.ts';
import { expandedKeyForTor, identityFromRoot } from '../../src/domain/identity.ts';
import { blogOf, person } from '../domain/people.ts';
import { startTorNetwork, type TorClient, type TorNetwork } from '../helpers/tor-network/index.mjs';
import { isPublished, managed, onlyControlPort, type Managed } from '../tor/real/managers.ts';
import { accessList, Client, openWorld, shareWith, type World } from './endpoint-world.ts';
import { memory, remoteDatabase, type Replicating } from './pouchdb-client.ts';
import { databaseOf, newDatabase } from './store-helpers.ts';

/** The endpoint behind a real onion service: what loopback tests show must hold with circuits in between. */
const alice = person('Alice');
const bob = person('Bob');
const root = alice.random(32);
const { address, publicKey } = identityFromRoot(root);
const blog = blogOf(
  alice,
  Array.from({ length: 200 }, (_, index) => `post ${index} ${'x'.repeat(600)}`),
);
const pair = conversationSpace(new Uint8Array(32).fill(7), publicKey, bob.identity.publicKey);
const messages = Array.from({ length: 20 }, () => wrapSealed(pair.id, bob.random(353)).json);
const spaces = [
  { name: blog.space.name, door: 'signed', readers: 'anyone' },
  { name: pair.name, door: 'sealed', readers: 'peers' },
] as const;
const token = 'bobs-token';
const friend = {
  address: bob.identity.address,
  token,
  read: [pair.name],
  write: [pair.name],
};

let network: TorNetwork;
let world: World;
let service: Managed;
/** Comes over circuits of its own. */
let visitor: Client;

beforeAll(async () => {
  network = await startTorNetwork({ clients: 2 });
  const [ours, theirs] = network.clients as [TorClient, TorClient];
  world = await openWorld(address);
  service = managed({
    environment: onlyControlPort(ours.controlPort),
    dataDirectory: network.folder,
    endpoint: { port: world.onion.port },
  });
  service.manager.publish({ address, expandedKey: toBase64(expandedKeyForTor(root)) });
  await service.manager.look();
  await service.until(isPublished);
  visitor = clientThrough(theirs);
  for (const { space, documents } of [
    { space: blog.space.name, documents: blog.documents },
    { space: pair.name, documents: messages.slice(0, 10) },
    { space: 'hidden', documents: [{ _id: 'secret', _rev: '1-a' }] },
  ]) {
    await newDatabase(world.store, space);
    await databaseOf(world.store, space).write(
      documents.map((document) => ({ ...document })),
      false,
    );
  }
  shareWith(world.access, [...spaces], [friend]);
});
afterAll(async () => {
  await service?.manager.close();
  await world?.close();
  await network?.stop();
  expect(world.faults).toEqual([]);
});

/** A first dial may find a descriptor that has not spread yet, or a circuit that broke. */
function clientThrough(tor: TorClient): Client {
  const dial = async () => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await socksConnect(
          { host: '127.0.0.1', port: tor.socksPort },
          { host: address, port: 25_984 },
          { milliseconds: 30_000 },
        );
      } catch (error) {
        if (tries === 5) throw error;
      }
    }
  };
  return new Client(25_984, `${address}:25984`, dial);
}

const remote = (name: string, as?: string): PouchDB.Database =>
  remoteDatabase(visitor, name, { skipSetup: true, ...(as === undefined ? {} : { token: as }) });
const count = async (database: Replicating): Promise<number> => (await database.info()).doc_count;

describe('over Tor', () => {
  test('a stranger pulls a public blog with PouchDB’s replicator, and once more finds nothing new', async () => {
    const here = memory();
    const pulled = await here.replicate.from(remote(blog.space.name), { batch_size: 1_000 });
    expect(pulled).toMatchObject({ docs_written: blog.documents.length, doc_write_failures: 0 });
    expect((await here.replicate.from(remote(blog.space.name))).docs_written).toBe(0);
  });

  test('a friend pulls, pushes, and hears at once of what is new', async () => {
    const here = memory();
    const there = remote(pair.name, token);
    expect((await here.replicate.from(there)).docs_written).toBe(10);
    await here.bulkDocs(
      messages.slice(5, 15).map((document) => ({ ...document })),
      { new_edits: false },
    );
    expect(await here.replicate.to(there)).toMatchObject({
      docs_written: 5,
      doc_write_failures: 0,
    });
    const live = here.replicate.from(there, { live: true, retry: true });
    await databaseOf(world.store, pair.name).write([{ ...messages[15]! }], false);
    await vi.waitFor(async () => expect(await count(here)).toBe(16), { timeout: 30_000 });
    live.cancel();
  });

  test('a friend’s replication that is cut in the middle goes on where it was', async () => {
    const here = memory();
    const first = here.replicate.from(remote(blog.space.name), { batch_size: 100, retry: false });
    const ended = first.catch(() => undefined);
    first.on('change', () => first.cancel());
    await ended;
    const half = await count(here);
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(blog.documents.length);
    const rest = await here.replicate.from(remote(blog.space.name), { batch_size: 1_000 });
    expect(rest.docs_written).toBe(blog.documents.length - half);
  });

  test('a stranger learns nothing of what is not for strangers, and can write nowhere', async () => {
    const missing = await visitor.ask('GET', '/nothing-of-the-kind');
    for (const name of [pair.name, 'hidden']) {
      for (const path of ['', '/_changes', '/_all_docs', '/secret']) {
        const answer = await visitor.ask('GET', `/${name}${path}`);
        expect([answer.status, answer.text]).toEqual([missing.status, missing.text]);
      }
    }
    const body = { docs: [{ ...blog.documents[0] }], new_edits: false };
    expect((await visitor.ask('POST', `/${blog.space.name}/_bulk_docs`, { body })).status).toBe(
      403,
    );
    expect((await visitor.ask('GET', '/', { token: 'forged' })).status).toBe(401);
    expect((await visitor.ask('PUT', '/made-by-a-stranger')).status).toBeGreaterThanOrEqual(400);
    expect(world.store.database('made-by-a-stranger')).toBeUndefined();
  });

  test('a friend who is no friend any more is cut off, with the long-poll they hold', async () => {
    const open = await visitor.open('GET', `/${pair.name}/_changes?feed=continuous&since=now`, {
      headers: { authorization: `Bearer ${token}` },
    });
    open.on('error', () => undefined).resume();
    const ended = new Promise((resolve) => open.once('close', resolve));
    expect(world.access.set(accessList([...spaces], [], 2))).toBe(true);
    await ended;
    expect((await visitor.ask('GET', `/${pair.name}`, { token })).status).toBe(401);
    shareWith(world.access, [...spaces], [friend]);
  });

  test('when Tor dies and comes back, the same address answers again', async () => {
    const [ours] = network.clients as [TorClient];
    await ours.kill();
    await service.until(({ phase }) => phase !== 'ready');
    await network.startClient({
      name: ours.name,
      socksPort: ours.socksPort,
      controlPort: ours.controlPort,
    });
    await service.until(isPublished, 120_000);
    await vi.waitFor(async () => expect((await visitor.ask('GET', '/')).status).toBe(200), {
      timeout: 120_000,
      interval: 1_000,
    });
  });
});
