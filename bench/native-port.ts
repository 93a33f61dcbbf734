import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createAccessControl } from '../native-host/endpoint/access/access.ts';
import { createEndpoint } from '../native-host/endpoint/endpoint.ts';
import { openOpenDoor } from '../native-host/endpoint/doors/server.ts';
import { encodeFrame, FrameReader } from '../native-host/messaging/framing.ts';
import { openStore } from '../native-host/store/store.ts';
import { sodiumReady } from '../src/domain/sodium.ts';
import { limits } from '../src/protocol/limits.ts';
import { overHttp } from '../src/store/pouch.ts';
import { buildHost, quietEnvironment } from '../test/host/native-host-process.ts';
import { openNativePort, portAddress } from '../test/host/native-port.ts';
import { memory } from '../test/host/pouchdb-client.ts';
import { line, median, timed, title } from './lib/figures.ts';

/**
 * The native port with the add-on's own tunnel at one end and the real host at the other, beside two things that do
 * less: the same frames through `cat`, which only returns them, and the same requests to the same endpoint over HTTP on loopback
 * (with the client in the process of the server, which spares it the second process and its turns).
 */

const rounds = 5;
const bulkCharacters = 12_000_000;
const count = 10_000;

await sodiumReady();
const built = buildHost();
const port = await openNativePort(built, quietEnvironment(built.folder));
const store = await openStore(join(built.folder, 'beside'));
const endpoint = createEndpoint({ store, access: createAccessControl() });
const door = await openOpenDoor(endpoint, { host: '127.0.0.1', port: 0 });
const ways = {
  port: { fetch: port.fetch, address: portAddress },
  http: {
    fetch: (input: string | URL, init?: RequestInit) => fetch(input, init),
    address: `http://127.0.0.1:${door.place.port}`,
  },
};
type Way = (typeof ways)[keyof typeof ways];
let databases = 0;

try {
  await bulk();
  await replications();
  await small();
} finally {
  await port.kill();
  await door.close();
  endpoint.close();
  await store.close();
  await rm(built.folder, { recursive: true, force: true });
}

/** One body of 12 MB, up (written to the disk) and down. */
async function bulk(): Promise<void> {
  title(`${bulkCharacters / 1e6} MB in one request, MB a second (medians of ${rounds})`);
  const docs = Array.from({ length: bulkCharacters / 20_000 }, (_, at) => ({
    _id: `document-${at}`,
    text: 'x'.repeat(20_000),
  }));
  const body = JSON.stringify({ docs });
  const rates = { raw: [] as number[], up: both(), down: both() };
  for (let round = 0; round < rounds; round += 1) {
    rates.raw.push(body.length / 1e3 / (await elapsed(() => throughCat(body))));
    for (const name of ['port', 'http'] as const) {
      const url = await newDatabase(ways[name]);
      const post = () => answerOf(ways[name], `${url}/_bulk_docs`, body);
      rates.up[name].push(body.length / 1e3 / (await elapsed(post)));
      const pull = () => answerOf(ways[name], `${url}/_all_docs?include_docs=true`);
      rates.down[name].push(body.length / 1e3 / (await elapsed(pull)));
    }
  }
  const raw = median(rates.raw);
  line('the frames of it through cat and back', raw.toFixed(0));
  for (const way of ['up', 'down'] as const) {
    compare(way, median(rates[way].port), median(rates[way].http), raw);
  }
}

async function replications(): Promise<void> {
  title(`PouchDB's replicator, ${count} documents of 600 bytes, documents a second (medians)`);
  const source = memory();
  await source.bulkDocs(
    Array.from({ length: count }, (_, at) => ({
      _id: `document-${String(at).padStart(6, '0')}`,
      text: 'x'.repeat(600),
    })),
  );
  const rates = { push: both(), pull: both() };
  for (let round = 0; round < 3; round += 1) {
    for (const name of ['port', 'http'] as const) {
      const way = ways[name];
      const remote = overHttp(await newDatabase(way), (url, init) => way.fetch(url, init));
      const pulled = memory();
      const options = { batch_size: 1_000 };
      const push = () => source.replicate.to(remote, options);
      rates.push[name].push((count * 1_000) / (await elapsed(push)));
      const pull = () => pulled.replicate.from(remote, options);
      rates.pull[name].push((count * 1_000) / (await elapsed(pull)));
      await pulled.destroy();
    }
  }
  for (const way of ['push', 'pull'] as const) {
    compare(way, median(rates[way].port), median(rates[way].http));
  }
  await source.destroy();
}

/** How long a small request takes, alone and while four bodies of 12 MB are on their way. */
async function small(): Promise<void> {
  title('A small GET, ms (medians of 100)');
  const url = await newDatabase(ways.port);
  const one = () => answerOf(ways.port, url);
  line('alone', (await medianOf(one)).toFixed(2));
  const body = JSON.stringify({ docs: [{ _id: 'large', text: 'x'.repeat(900_000) }] });
  const padded = body.padEnd(bulkCharacters);
  const over = new AbortController();
  const busy = Array.from({ length: limits.tunnelLargeBodies }, async () => {
    while (!over.signal.aborted) await answerOf(ways.port, `${url}/_bulk_docs`, padded);
  });
  line('while four of 12 MB are sent, again and again', (await medianOf(one)).toFixed(2));
  over.abort();
  await Promise.all(busy);
}

async function elapsed(task: () => Promise<unknown>): Promise<number> {
  return (await timed(task)).ms;
}

async function medianOf(task: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < 100; at += 1) times.push(await elapsed(task));
  return median(times);
}

/** What a tunnel would send, to a process that sends it back. */
async function throughCat(body: string): Promise<void> {
  const cat = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] });
  const reader = new FrameReader();
  let read = 0;
  const all = new Promise<void>((resolve) => {
    cat.stdout.on('data', (bytes: Uint8Array) => {
      read += reader.push(bytes).length;
      if (read === Math.ceil(body.length / limits.tunnelChunkCharacters)) resolve();
    });
  });
  for (let at = 0; at < body.length; at += limits.tunnelChunkCharacters) {
    const chunk = body.slice(at, at + limits.tunnelChunkCharacters);
    cat.stdin.write(encodeFrame({ type: 'request-body', id: 1, body: chunk, last: false }));
  }
  await all;
  cat.stdin.end();
}

async function answerOf(way: Way, url: string, body?: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { method: 'POST', headers, body };
  const response = await way.fetch(url, sent);
  if (!response.ok) throw new Error(await response.text());
  await response.text();
}

async function newDatabase(way: Way): Promise<string> {
  databases += 1;
  const url = `${way.address}/bench${databases}`;
  await way.fetch(url, { method: 'PUT' });
  return url;
}

function both(): { port: number[]; http: number[] } {
  return { port: [], http: [] };
}

function compare(way: string, overPort: number, overHttpLoopback: number, raw?: number): void {
  const ratio = (of: number): string => (overPort / of).toFixed(2);
  const beside = raw === undefined ? '' : `, ${ratio(raw)} × the raw pipe`;
  line(
    way,
    `${overPort.toFixed(0)} (${ratio(overHttpLoopback)} × HTTP's ${overHttpLoopback.toFixed(0)}${beside})`,
  );
}
