import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import leveldbAdapter from 'pouchdb-adapter-leveldb';
import PouchDB from 'pouchdb-core';
import { sodiumReady } from '../src/domain/sodium.ts';
import type { StoredDocument } from '../src/domain/document/envelope.ts';
import { blogOf, person } from '../test/domain/people.ts';
import { Client, openWorld, shareWith } from '../test/host/endpoint-world.ts';
import { memory, remoteDatabase, type Replicating } from '../test/host/pouchdb-client.ts';
import { line, median, timed, title } from './lib/figures.ts';
import { cpuMilliseconds, startOurs, startPouchServer, type Server } from './lib/servers.ts';

/**
 * 10,000 documents of 600 bytes with PouchDB's own replicator as the client, pushed and pulled in rounds that take turns: our
 * host, PouchDB Server, and plain PouchDB on LevelDB in the client's own process. Then signed documents through our onion door, with
 * access rules and every check, which has no counterpart. Servers are processes of their own.
 */

PouchDB.plugin(leveldbAdapter);
const count = 10_000;
const rounds = Number(process.env['ROUNDS'] ?? 3);
const batches = [100, 1_000];

interface Rates {
  readonly push: number[];
  readonly pull: number[];
  /** Processor milliseconds of the server for each document. */
  readonly cpu: number[];
}
const noRates = (): Rates => ({ push: [], pull: [], cpu: [] });

await sodiumReady();
const plainFolder = await mkdtemp(join(tmpdir(), 'n25-bench-'));
const servers = [await startOurs(), await startPouchServer()];
let databases = 0;
try {
  const source = await filled(
    Array.from({ length: count }, (_, at) => ({
      _id: `document-${String(at).padStart(6, '0')}`,
      text: 'x'.repeat(600),
    })),
  );
  for (const batch of batches) {
    title(
      `${count.toLocaleString('en')} documents of 600 bytes in batches of ${batch}, documents a second (medians of ${rounds})`,
    );
    const rates = new Map(['ours', 'PouchDB Server', 'plain'].map((name) => [name, noRates()]));
    for (let round = 0; round < rounds; round += 1) {
      for (const server of servers)
        await throughServer(source, server, batch, rates.get(server.name));
      await throughDisk(source, batch, rates.get('plain'));
    }
    report(rates);
  }
  await throughOurDoor();
  await source.destroy();
} finally {
  for (const server of servers) await server.close();
  await rm(plainFolder, { recursive: true, force: true });
}

async function throughServer(
  source: Replicating,
  { port, pid }: Server,
  batch: number,
  rates = noRates(),
): Promise<void> {
  const remote = remoteDatabase(new Client(port), nextName());
  await remote.info();
  const before = await cpuMilliseconds(pid);
  rates.push.push(await rate(() => source.replicate.to(remote, { batch_size: batch })));
  const pulled = memory();
  rates.pull.push(await rate(() => pulled.replicate.from(remote, { batch_size: batch })));
  rates.cpu.push(((await cpuMilliseconds(pid)) - before) / count / 2);
  await pulled.destroy();
  await remote.destroy();
}

/** No server and no HTTP: PouchDB's replicator into a PouchDB on this disk, and out of it. */
async function throughDisk(source: Replicating, batch: number, rates = noRates()): Promise<void> {
  const disk = new PouchDB(join(plainFolder, nextName()), { adapter: 'leveldb' });
  rates.push.push(await rate(() => source.replicate.to(disk, { batch_size: batch })));
  const pulled = memory();
  rates.pull.push(await rate(() => pulled.replicate.from(disk, { batch_size: batch })));
  await pulled.destroy();
  await disk.destroy();
}

function report(rates: ReadonlyMap<string, Rates>): void {
  const [ours = noRates(), server = noRates(), plain = noRates()] = [...rates.values()];
  const show = (way: 'push' | 'pull', target: number): void => {
    const [mine, theirs, bare] = [ours, server, plain].map((each) => median(each[way]));
    const ratio = (mine ?? 0) / (theirs ?? 1);
    line(
      way,
      `ours ${mine?.toFixed(0)}, PouchDB Server ${theirs?.toFixed(0)}, PouchDB on disk ${bare?.toFixed(0)}`,
    );
    line(
      '  beside PouchDB Server',
      `${ratio.toFixed(2)}, target ${target}: ${ratio >= target ? 'met' : 'missed'}`,
    );
  };
  show('push', 2);
  show('pull', 2.5);
  const [mine, theirs] = [median(ours.cpu), median(server.cpu)];
  const share = mine / theirs;
  line(
    'processor time of the server, for each document each way',
    `ours ${mine.toFixed(3)} ms, PouchDB Server ${theirs.toFixed(3)} ms`,
  );
  line(
    '  beside PouchDB Server',
    `${share.toFixed(2)}, target 0.5: ${share <= 0.5 ? 'met' : 'missed'}`,
  );
}

/** The host in this process, which takes part of the client's processor. */
async function throughOurDoor(): Promise<void> {
  const [alice, bob] = [person('Alice'), person('Bob')];
  const blog = blogOf(
    alice,
    Array.from({ length: count / 2 }, () => 'x'.repeat(600)),
  );
  const token = 'token';
  const plenty = { perSecond: 10_000, burst: 10_000 };
  const world = await openWorld(alice.identity.address, {
    limits: { requests: { peer: plenty, stranger: plenty } },
  });
  try {
    const source = await filled(blog.documents);
    title(
      `${blog.documents.length.toLocaleString('en')} signed documents (headers and texts) through the onion door, checked, host and client in one process`,
    );
    shareWith(
      world.access,
      [{ name: blog.space.name, door: 'signed', readers: 'peers' }],
      [{ address: bob.identity.address, token, read: [blog.space.name], write: [blog.space.name] }],
    );
    for (const batch of batches) {
      const rates = noRates();
      for (let round = 0; round < rounds; round += 1) {
        await world.store.create(blog.space.name);
        const remote = remoteDatabase(world.onion, blog.space.name, { token, skipSetup: true });
        const options = { batch_size: batch };
        rates.push.push(
          await rate(() => source.replicate.to(remote, options), blog.documents.length),
        );
        const pulled = memory();
        rates.pull.push(
          await rate(() => pulled.replicate.from(remote, options), blog.documents.length),
        );
        await pulled.destroy();
        await world.store.destroy(blog.space.name);
      }
      line(
        `batches of ${batch}: push / pull`,
        `${median(rates.push).toFixed(0)} / ${median(rates.pull).toFixed(0)} documents a second`,
      );
    }
    await source.destroy();
  } finally {
    await world.close();
  }
}

async function filled(documents: readonly (object | StoredDocument)[]): Promise<Replicating> {
  const source = memory();
  const isFinished = documents.some((document) => '_rev' in document);
  await source.bulkDocs(
    documents.map((document) => ({ ...document })),
    { new_edits: !isFinished },
  );
  return source;
}

async function rate(
  replicate: () => PromiseLike<{ readonly docs_written: number }>,
  wanted = count,
): Promise<number> {
  const { ms, value } = await timed(async () => replicate());
  if (value.docs_written !== wanted) throw new Error(`${value.docs_written} were written`);
  return (wanted / ms) * 1_000;
}

function nextName(): string {
  databases += 1;
  return `bench${databases}`;
}
