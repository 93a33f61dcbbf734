import { afterAll, beforeAll, expect, test } from 'vitest';
import { person } from '../domain/people.ts';
import { couchAt, type Couch } from './couchdb-client.ts';
import { openWorld, type World } from './endpoint-world.ts';

let world: World;
let couch: Couch;
beforeAll(async () => {
  world = await openWorld(person('Alice').identity.address);
  couch = couchAt(world.open);
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});

interface Storage {
  readonly databases: Readonly<Record<string, number>>;
  readonly all: number;
  readonly free: number;
}

test('tells how much each database takes, and all of it together', async () => {
  await couch('PUT', '/measured');
  const before = (await couch('GET', '/_storage')).json as Storage;
  await couch('PUT', '/measured/large', { body: { text: 'x'.repeat(500_000) } });
  // A size is looked up once a second; compaction looks again.
  await couch('POST', '/measured/_compact', { body: {} });
  const { databases, all, free } = (await couch('GET', '/_storage')).json as Storage;
  expect(databases['measured']).toBeGreaterThan(before.databases['measured'] ?? 0);
  expect(all).toBeGreaterThan(Object.values(databases).reduce((sum, bytes) => sum + bytes, 0));
  expect(free).toBeGreaterThan(0);
});
