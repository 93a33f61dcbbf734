import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { line, timed, title } from './lib/figures.ts';
import {
  cpuMilliseconds,
  memoryBytes,
  startOurs,
  startPouchServer,
  type Server,
} from './lib/servers.ts';

/**
 * Our host beside PouchDB Server: 100,000 documents in one database, the disk they take, and ours with 300
 * databases and nothing to do.
 */

const many = 100_000;
const idleDatabases = 300;
const idleSeconds = 10;

const folder = await mkdtemp(join(tmpdir(), 'n25-bench-'));
let ours = await startOurs(folder);
const theirs = await startPouchServer();
try {
  await aLot();
  await nothingToDo();
} finally {
  await Promise.all([ours.close(), theirs.close()]);
  await rm(folder, { recursive: true, force: true });
}

async function send(server: Server, method: string, path: string, body?: unknown): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 200)}`);
  return text;
}

async function aLot(): Promise<void> {
  title(`${many.toLocaleString('en')} documents of 600 bytes in one database`);
  const batch = 1_000;
  for (const server of [ours, theirs]) {
    await send(server, 'PUT', '/many');
    for (let from = 0; from < many; from += batch) {
      const docs = Array.from({ length: batch }, (_, at) => ({
        _id: `d${String(from + at).padStart(7, '0')}`,
        text: String(from + at)
          .repeat(200)
          .slice(0, 600),
      }));
      await send(server, 'POST', '/many/_bulk_docs', { docs });
    }
    const changes = await timed(() => send(server, 'GET', '/many/_changes'));
    const page = await timed(() =>
      send(
        server,
        'GET',
        `/many/_all_docs?startkey=${encodeURIComponent('"d0050000"')}&limit=100&include_docs=true`,
      ),
    );
    line(`${server.name}: all changes`, `${changes.ms.toFixed(0)} ms`);
    line('  100 documents from the middle', `${page.ms.toFixed(1)} ms`);
    line('  memory then', megabytes(await memoryBytes(server.pid)));
  }
  await send(ours, 'POST', '/many/_compact', {});
  line(
    'ours: on the disk for each, compacted',
    `${((await bytesIn(folder)) / many).toFixed(0)} bytes`,
  );
  await ours.close();
  const start = await timed(async () => {
    ours = await startOurs(folder);
    await send(ours, 'GET', '/many');
  });
  line('ours: from the command to the first answer of that database', `${start.ms.toFixed(0)} ms`);
}

async function nothingToDo(): Promise<void> {
  title(`${idleDatabases} databases and nothing to do`);
  for (let at = 0; at < idleDatabases; at += 1) {
    await send(ours, 'PUT', `/idle${at}`);
    await send(ours, 'POST', `/idle${at}/_bulk_docs`, { docs: [{ _id: 'a' }, { _id: 'b' }] });
  }
  await ours.close();
  ours = await startOurs(folder);
  for (let at = 0; at < idleDatabases; at += 1) await send(ours, 'GET', `/idle${at}`);
  await pause(2_000);
  const before = await cpuMilliseconds(ours.pid);
  await pause(idleSeconds * 1_000);
  const share = ((await cpuMilliseconds(ours.pid)) - before) / (idleSeconds * 1_000);
  const memory = await memoryBytes(ours.pid);
  line('memory (target 120 MB)', `${megabytes(memory)}: ${memory < 120e6 ? 'met' : 'missed'}`);
  line(
    'processor (target 0.5 %)',
    `${(share * 100).toFixed(2)} %: ${share < 0.005 ? 'met' : 'missed'}`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

async function bytesIn(below: string): Promise<number> {
  const files = await readdir(below, { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((file) => file.isFile() && file.parentPath.includes('many'))
    .map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
