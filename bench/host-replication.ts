import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import leveldbAdapter from 'pouchdb-adapter-leveldb';
import PouchDB from 'pouchdb-core';
import { memory, type Replicating } from '../test/host/pouchdb-client.ts';
import { isCanned, serveCanned, startCanned } from './lib/canned.ts';
import { replicaReplies, type Known } from './lib/canned-replicas.ts';
import { line, median, timed, title } from './lib/figures.ts';
import { KeptAlive } from './lib/kept-alive.ts';
import { cpuMilliseconds, startOurs, startPouchServer, type Server } from './lib/servers.ts';

/**
 * 10,000 documents of 600 bytes with PouchDB's own replicator as the client, pushed and pulled in rounds that take turns: our
 * host, PouchDB Server, a server that does nothing (which shows what the client lets any server reach), and plain
 * PouchDB on LevelDB in the client's own process. Servers are processes of their own.
 */

const count = 10_000;
const rounds = Number(process.env['ROUNDS'] ?? 3);
const batches = [100, 1_000];
const text = 'x'.repeat(600);

interface Rates {
  readonly push: number[];
  readonly pull: number[];
  /** Processor milliseconds of the server for each document. */
  readonly cpu: number[];
}
const noRates = (): Rates => ({ push: [], pull: [], cpu: [] });

const client = new KeptAlive();
let databases = 0;
if (isCanned()) await serveCanned(replicaReplies);
else await compare();

async function compare(): Promise<void> {
  PouchDB.plugin(leveldbAdapter);
  const plainFolder = await mkdtemp(join(tmpdir(), 'n25-bench-'));
  const source = await filled();
  const known = await knownOf(source);
  const servers = [
    await startOurs(),
    await startPouchServer(),
    await startCanned(fileURLToPath(import.meta.url), known),
  ];
  try {
    for (const batch of batches) {
      title(
        `${count.toLocaleString('en')} documents of 600 bytes in batches of ${batch}, documents a second (medians of ${rounds})`,
      );
      const [ours, theirs, nothing, plain] = [noRates(), noRates(), noRates(), noRates()];
      // It makes its answers in the first round.
      await throughServer(source, servers[2], batch, noRates());
      for (let round = 0; round < rounds; round += 1) {
        for (const [at, rates] of [ours, theirs, nothing].entries()) {
          await throughServer(source, servers[at], batch, rates);
        }
        await throughDisk(plainFolder, source, batch, plain);
      }
      report({ ours, theirs, nothing, plain });
    }
    await source.destroy();
  } finally {
    client.close();
    for (const server of servers) await server.close();
    await rm(plainFolder, { recursive: true, force: true });
  }
}

async function throughServer(
  source: Replicating,
  server: Server | undefined,
  batch: number,
  rates: Rates,
): Promise<void> {
  if (server === undefined) return;
  const remote = client.database(server, nextName());
  await remote.info();
  const before = await cpuMilliseconds(server.pid);
  rates.push.push(await rate(() => source.replicate.to(remote, { batch_size: batch })));
  const pulled = memory();
  rates.pull.push(await rate(() => pulled.replicate.from(remote, { batch_size: batch })));
  rates.cpu.push(((await cpuMilliseconds(server.pid)) - before) / count / 2);
  await pulled.destroy();
  await remote.destroy();
}

/** No server and no HTTP: PouchDB's replicator into a PouchDB on this disk, and out of it. */
async function throughDisk(
  folder: string,
  source: Replicating,
  batch: number,
  rates: Rates,
): Promise<void> {
  const disk = new PouchDB(join(folder, nextName()), { adapter: 'leveldb' });
  rates.push.push(await rate(() => source.replicate.to(disk, { batch_size: batch })));
  const pulled = memory();
  rates.pull.push(await rate(() => pulled.replicate.from(disk, { batch_size: batch })));
  await pulled.destroy();
  await disk.destroy();
}

function report({ ours, theirs, nothing, plain }: Record<string, Rates>): void {
  const show = (way: 'push' | 'pull', target: number): void => {
    const [mine = 0, others = 1, most = 1, bare = 0] = [ours, theirs, nothing, plain].map((rates) =>
      median(rates?.[way] ?? []),
    );
    const [asFast, ofMost] = [mine / others, mine / most];
    line(
      way,
      `ours ${mine.toFixed(0)}, PouchDB Server ${others.toFixed(0)}, PouchDB on disk ${bare.toFixed(0)}`,
    );
    line(
      '  beside PouchDB Server',
      `${asFast.toFixed(2)}, target ${target}: ${asFast >= target ? 'met' : 'missed'}`,
    );
    line(
      '  beside a server that does nothing',
      `${ofMost.toFixed(2)} of ${most.toFixed(0)}; PouchDB Server ${(others / most).toFixed(2)}`,
    );
  };
  show('push', 2);
  show('pull', 2.5);
  const [mine = 0, others = 1] = [ours, theirs].map((rates) => median(rates?.cpu ?? []));
  const share = mine / others;
  line(
    'processor time of the server, for each document each way',
    `ours ${mine.toFixed(3)} ms, PouchDB Server ${others.toFixed(3)} ms`,
  );
  line(
    '  beside PouchDB Server',
    `${share.toFixed(2)}, target 0.5: ${share <= 0.5 ? 'met' : 'missed'}`,
  );
}

async function filled(): Promise<Replicating> {
  const source = memory();
  await source.bulkDocs(
    Array.from({ length: count }, (_, at) => ({
      _id: `document-${String(at).padStart(6, '0')}`,
      text,
    })),
  );
  return source;
}

async function knownOf(source: Replicating): Promise<Known> {
  const { results } = await source.changes();
  const documents = results.map(({ id, changes }) => ({ id, rev: changes[0]?.rev ?? '' }));
  return { text, documents };
}

async function rate(
  replicate: () => PromiseLike<{ readonly docs_written: number }>,
): Promise<number> {
  const { ms, value } = await timed(async () => replicate());
  if (value.docs_written !== count) throw new Error(`${value.docs_written} were written`);
  return (count / ms) * 1_000;
}

function nextName(): string {
  databases += 1;
  return `bench${databases}`;
}
