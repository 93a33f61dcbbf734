import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import memoryAdapter from 'pouchdb-adapter-memory';
import { createAccessControl } from '../native-host/endpoint/access/access.ts';
import { createEndpoint } from '../native-host/endpoint/endpoint.ts';
import { openOpenDoor } from '../native-host/endpoint/doors/server.ts';
import { openStore } from '../native-host/store/store.ts';
import { overHttp, PouchDB } from '../src/store/pouch.ts';
import { line, median, timed, title } from './lib/figures.ts';

/**
 * 10,000 documents of 600 bytes with PouchDB's own replicator: to and from our endpoint over HTTP on
 * loopback, its databases on disk (each write is on the disk before it is answered), beside the same replication from one PouchDB in memory to another.
 */

PouchDB.plugin(memoryAdapter);

const count = 10_000;
const rounds = 3;
const batches = [100, 1_000];

const folder = await mkdtemp(join(tmpdir(), 'n25-bench-'));
const store = await openStore(join(folder, 'databases'));
const endpoint = createEndpoint({ store, access: createAccessControl(), onPeerSeen: () => {} });
const door = await openOpenDoor(endpoint, { host: '127.0.0.1', port: 0 });
const port = 'port' in door.place ? door.place.port : 0;
let databases = 0;

try {
  title(
    `Replicating ${count.toLocaleString('en')} documents of 600 bytes, documents a second (medians of ${rounds})`,
  );
  const source = memory();
  await source.bulkDocs(
    Array.from({ length: count }, (_, at) => ({
      _id: `document-${String(at).padStart(6, '0')}`,
      text: 'x'.repeat(600),
    })),
  );
  for (const batch of batches) await compare(source, batch);
  await source.destroy();
} finally {
  await door.close();
  endpoint.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
}

async function compare(source: PouchDB.Database, batch: number): Promise<void> {
  const rates = { push: [] as number[], pull: [] as number[], memory: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const url = `http://127.0.0.1:${port}/${nextName()}`;
    await fetch(url, { method: 'PUT' });
    const remote = overHttp(url, fetch);
    const [pulled, beside] = [memory(), memory()];
    rates.push.push(await rate(source, remote, batch));
    rates.pull.push(await rate(remote, pulled, batch));
    rates.memory.push(await rate(source, beside, batch));
    await Promise.all([pulled.destroy(), beside.destroy()]);
  }
  const [push, pull, plain] = [median(rates.push), median(rates.pull), median(rates.memory)];
  line(`batches of ${batch}: PouchDB memory → memory`, plain.toFixed(0));
  line('  push to our endpoint', `${push.toFixed(0)}, ${(push / plain).toFixed(2)} of that`);
  line('  pull from our endpoint', `${pull.toFixed(0)}, ${(pull / plain).toFixed(2)} of that`);
}

async function rate(
  source: PouchDB.Database,
  target: PouchDB.Database,
  batch: number,
): Promise<number> {
  const { ms, value } = await timed(() =>
    PouchDB.replicate(source, target, { batch_size: batch, checkpoint: 'target' }),
  );
  if (value.docs_written !== count) throw new Error(`${value.docs_written} were written`);
  return (count / ms) * 1_000;
}

function memory(): PouchDB.Database {
  return new PouchDB(nextName(), { adapter: 'memory' });
}

function nextName(): string {
  databases += 1;
  return `bench${databases}`;
}
