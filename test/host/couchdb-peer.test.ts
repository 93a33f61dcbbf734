import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { installPeers } from '../../scripts/lib/packages.mjs';
import { person } from '../domain/people.ts';
import { couchAt, type Couch } from './couchdb-client.ts';
import { openWorld, type World } from './endpoint-world.ts';
import { startPeerServer, type PeerServer } from './peer-server.ts';
import { atServer, contents, fill } from './replicating.ts';

let world: World;
let server: PeerServer;
let peer: Couch;
beforeAll(async () => {
  await installPeers();
  world = await openWorld(person('Alice').identity.address);
  server = await startPeerServer();
  peer = couchAt(server);
});
afterAll(async () => {
  await server.close();
  expect(world.faults).toEqual([]);
  await world.close();
});

let count = 0;
let name: string;
beforeEach(() => {
  name = `shared${(count += 1)}`;
});
const here = () => atServer(world.open.port, name);
const there = () => atServer(server.port, name);
const url = ({ port }: { port: number }) => `http://127.0.0.1:${port}/${name}`;

/** Told to do it, PouchDB Server replicates by itself. */
async function replicate(from: { port: number }, to: { port: number }): Promise<number> {
  const answer = await peer('POST', '/_replicate', {
    body: { source: url(from), target: url(to), create_target: true },
  });
  expect([answer.status, answer.json]).toMatchObject([200, { ok: true, doc_write_failures: 0 }]);
  return (answer.json as { docs_written: number }).docs_written;
}

describe('PouchDB Server', () => {
  test('pulls from us: every leaf, every file, and nothing twice', async () => {
    await fill(here(), 'ours');
    expect(await replicate(world.open, server)).toBeGreaterThan(120);
    expect(await contents(there())).toEqual(await contents(here()));
    expect(await replicate(world.open, server)).toBe(0);
  });

  test('pushes to us: every leaf, every file, and nothing twice', async () => {
    await fill(there(), 'theirs');
    expect(await replicate(server, world.open)).toBeGreaterThan(120);
    expect(await contents(here())).toEqual(await contents(there()));
    expect(await replicate(server, world.open)).toBe(0);
  });

  test('and we become equal both ways, with conflicts that neither had alone', async () => {
    await fill(there(), 'theirs');
    await fill(here(), 'ours');
    await here().put({ _id: 'both', written: 'here' });
    await there().put({ _id: 'both', written: 'there' });
    await replicate(server, world.open);
    await replicate(world.open, server);
    const all = await contents(here());
    expect(all).toEqual(await contents(there()));
    expect(Object.keys(all).filter((leaf) => leaf.startsWith('both '))).toHaveLength(2);
    // Both show the same of the two.
    expect(await here().get('both')).toEqual(await there().get('both'));
  });
});

test('PouchDB’s replicator between the two, with us at either end', async () => {
  await fill(here(), 'ours');
  await fill(there(), 'theirs');
  const both = here().sync(there(), { batch_size: 50 });
  await both;
  expect(await contents(here())).toEqual(await contents(there()));
});

test('live, both ways, what is written at one end arrives at the other', async () => {
  const live = here().sync(there(), { live: true, retry: true, heartbeat: 1_000 });
  try {
    await here().put({ _id: 'from here' });
    await vi.waitFor(() => there().get('from here'), { timeout: 20_000, interval: 100 });
    await there().put({ _id: 'from there' });
    await vi.waitFor(() => here().get('from there'), { timeout: 20_000, interval: 100 });
  } finally {
    live.cancel();
    // What it still asks must be over before the server goes.
    await live.catch(() => undefined);
  }
});
