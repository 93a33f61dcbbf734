import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Code } from '../../src/protocol/codes.ts';
import { systemClock } from '../../src/store/clock.ts';
import { putDocuments, readChanges } from '../../src/store/documents.ts';
import { openMemoryStores } from '../../src/store/memory-stores.ts';
import { openNativeStores } from '../../src/store/native-stores.ts';
import type { SpaceStores } from '../../src/store/ports.ts';
import { type OwnHostSync, startOwnHostSync } from '../../src/sync/own-host-sync.ts';
import { blogOf, person } from '../domain/people.ts';
import { TestSessionArea } from '../store/session-area.ts';
import { Onions } from './onions.ts';
import { PersonHost } from './person-host.ts';
import { poll } from './poll.ts';

const ada = person('ada');
const blog = blogOf(ada, ['one', 'two', 'three', 'four']);
const other = blogOf(ada, ['x'], 'Other');
const space = { name: blog.space.name, door: 'signed' } as const;
const all = new Set<string>(blog.documents.map(({ _id }) => _id));

let host: PersonHost;
let here: SpaceStores;
let there: SpaceStores;
let sync: OwnHostSync;
let trouble: (Code | undefined)[];
let stored: string[];
let refused: string[];

beforeEach(async () => {
  host = await PersonHost.start(ada.identity.address, new Onions());
  // Any local store does: to the replicator IndexedDB and memory are alike.
  here = openMemoryStores(new TestSessionArea());
  there = openNativeStores(host.tunnel, systemClock);
  [trouble, stored, refused] = [[], [], []];
});
afterEach(async () => {
  sync.stop();
  await here.close();
  await there.close();
  await host.dispose();
});

function start(): void {
  sync = startOwnHostSync({
    stores: here,
    host: host.tunnel,
    clock: systemClock,
    events: {
      stored: (_, ids) => stored.push(...ids),
      refused: (_, code) => refused.push(code),
      trouble: (_, code) => trouble.push(code),
    },
  });
}

async function ids(stores: SpaceStores): Promise<Set<string>> {
  const db = await stores.open(space.name);
  return new Set((await readChanges(db, 0)).documents.map(({ _id }) => _id));
}

describe('the browser and its host', () => {
  it('become equal, whoever had what', async () => {
    await putDocuments(await here.open(space.name), blog.documents.slice(0, 6));
    await putDocuments(await there.open(space.name), blog.documents.slice(4));
    start();
    sync.setSpaces([space]);
    await poll(() => ids(here)).toEqual(all);
    await poll(() => ids(there)).toEqual(all);
    expect(refused).toEqual([]);
    expect(stored.length).toBe(4);
  });

  it('stay equal: what is written at either side is soon at the other', async () => {
    start();
    sync.setSpaces([space]);
    await poll(() => trouble.length).toBeGreaterThan(0);
    const [a, b] = [await here.open(space.name), await there.open(space.name)];
    await putDocuments(a, blog.documents.slice(0, 3));
    await poll(() => ids(there)).toEqual(new Set([...all].slice(0, 3)));
    await putDocuments(b, blog.documents.slice(3, 6));
    await poll(() => ids(here)).toEqual(new Set([...all].slice(0, 6)));
    await Promise.all([
      putDocuments(a, blog.documents.slice(6, 8)),
      putDocuments(b, blog.documents.slice(8)),
    ]);
    await poll(() => ids(here)).toEqual(all);
    await poll(() => ids(there)).toEqual(all);
  });

  it('are quiet when they are equal', async () => {
    start();
    sync.setSpaces([space]);
    await putDocuments(await here.open(space.name), blog.documents);
    await poll(() => ids(there)).toEqual(all);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = host.tunnelRequests;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(host.tunnelRequests).toBe(before);
  });

  it('make up for the time the host was away', async () => {
    start();
    sync.setSpaces([space]);
    await poll(() => trouble.at(-1)).toBe(undefined);
    host.tunnelBroken = true;
    await putDocuments(await here.open(space.name), blog.documents);
    await poll(() => trouble.at(-1)).toBe('host-lost');
    host.tunnelBroken = false;
    sync.wake();
    await poll(() => ids(there)).toEqual(all);
    await poll(() => trouble.at(-1)).toBe(undefined);
  });

  it('let nothing into the browser that fails the door', async () => {
    await putDocuments(await there.open(space.name), [...blog.documents, ...other.documents]);
    start();
    sync.setSpaces([space]);
    await poll(() => ids(here)).toEqual(all);
    expect(refused.length).toBeGreaterThan(0);
  });

  it('leave a space alone that is no longer theirs', async () => {
    start();
    sync.setSpaces([space]);
    await putDocuments(await here.open(space.name), blog.documents.slice(0, 3));
    await poll(() => ids(there)).toEqual(new Set([...all].slice(0, 3)));
    sync.setSpaces([]);
    await there.destroy(space.name);
    await putDocuments(await here.open(space.name), blog.documents.slice(3));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await there.list()).toEqual([]);
  });
});
