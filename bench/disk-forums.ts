import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../native-host/store/store.ts';
import type { StoredDocument as DomainDocument } from '../src/domain/document/envelope.ts';
import { sodiumReady } from '../src/domain/sodium.ts';
import { stored } from '../src/background/app/self/own-spaces.ts';
import { person } from '../test/domain/people.ts';
import { Place } from '../test/domain/private-people.ts';
import { line, title } from './lib/figures.ts';
import { ForumOnPaper } from './lib/forum-on-paper.ts';

/**
 * What a private forum takes on each member's disk before anybody has posted, by its size, after compaction: founding it,
 * one more member by the smallest majority, and a week, in which each member offers a new key and one makes an epoch.
 * Genuine sealed documents in the host's store.
 */

/** The last one that comes is the 500th, and there can be no more. */
const sizes = [5, 50, 499];
/** As many as can be asked at once. */
const founders = 50;
const atOnce = 10;

await sodiumReady();
for (const size of sizes) await measure(size);

async function measure(size: number): Promise<void> {
  const place = new Place(
    {
      kind: 'private-forum',
      owner: person('member 0').identity.publicKey,
      title: 'Council',
      rule: 'majority',
      mode: 'history',
      dormancy: false,
    },
    `a forum of ${size}`,
  );
  const forum = new ForumOnPaper(place, Math.min(size, founders));
  title(`A private forum of ${size}`);
  forum.found();
  await told('founded by all who are in', place.documents, 0);
  const founded = place.documents.length;
  while (forum.size < size) forum.admit(Math.min(atOnce, size - forum.size));
  if (place.documents.length > founded) {
    await told(`grown to ${size}, ${atOnce} at a time`, place.documents, founded);
  }
  const grown = place.documents.length;
  forum.admit(1);
  await told('one member more, by the smallest majority', place.documents, grown);
  const admitted = place.documents.length;
  forum.week();
  await told('a week: everybody’s new key, and an epoch', place.documents, admitted);
}

/** What those from `from` on add to a database, compacted. */
async function told(what: string, documents: readonly unknown[], from: number): Promise<void> {
  const bytes = (await onDisk(documents)) - (await onDisk(documents.slice(0, from)));
  const count = documents.length - from;
  line(what, `${count}, ${(bytes / 1_000).toFixed(1)} kB, ${Math.round(bytes / count)} bytes each`);
}

async function onDisk(documents: readonly unknown[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'n25-bench-'));
  const store = await openStore(folder);
  try {
    await store.create('forum');
    const database = store.database('forum');
    await database?.write(
      documents.map((json) => ({ ...stored(json as DomainDocument) })),
      false,
    );
    await database?.compact();
    return (await database?.bytesOnDisk()) ?? 0;
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}
