import { open } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { isCanned, serveCanned, startCanned } from './lib/canned.ts';
import { line, median, spread, timed, title } from './lib/figures.ts';
import { ask } from './lib/plain-http.ts';
import { startOurs, startPouchServer, type Server } from './lib/servers.ts';

/**
 * Small requests to our host and to PouchDB Server: reads and writes one after the other on one connection, and
 * writes on eight. They take turns a hundred requests at a time, so that both have the same machine and each
 * the processor's attention; beside them a server that does nothing, one that only
 * puts what comes on the disk, and what the disk itself takes.
 */

const block = 100;
const blocks = Number(process.env['ROUNDS'] ?? 20);
const writers = 8;

if (isCanned()) {
  await serveCanned(
    () => () => ({ status: 200, json: { ok: true, id: 'one', rev: '1-a' } }),
    toDisk,
  );
} else await compare();

interface Kind {
  readonly name: string;
  readonly lanes: number;
  readonly request: () => { path: string; body?: string };
}

async function compare(): Promise<void> {
  const ours = await startOurs();
  const self = fileURLToPath(import.meta.url);
  const file = join(ours.folder, 'bench-synced');
  const servers = [
    ours,
    await startPouchServer(),
    await startCanned(self, {}),
    await startCanned(self, { file }, 'a server that only syncs what comes'),
  ];
  let count = 0;
  const write = () => ({
    path: '/small',
    body: JSON.stringify({ _id: `d${(count += 1)}`, text: 'x'.repeat(200) }),
  });
  const kinds: Kind[] = [
    { name: 'read a document', lanes: 1, request: () => ({ path: '/small/one' }) },
    { name: 'write a document', lanes: 1, request: write },
    { name: `write a document, ${writers} at once`, lanes: writers, request: write },
  ];
  try {
    for (const server of servers) await make(server);
    title(`Small requests on kept connections, in turns of ${block}`);
    for (const kind of kinds) await takeTurns(servers, kind);
    await disk(servers[0]?.folder ?? '.');
  } finally {
    for (const server of servers) await server.close();
  }
}

async function make({ port }: Server): Promise<void> {
  const at = `http://127.0.0.1:${port}/small`;
  const body = JSON.stringify({ text: 'x'.repeat(200) });
  await fetch(at, { method: 'PUT' });
  await fetch(`${at}/one`, {
    method: 'PUT',
    body,
    headers: { 'content-type': 'application/json' },
  });
}

async function takeTurns(
  servers: readonly Server[],
  { name, lanes, request }: Kind,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: lanes });
  const found = new Map(
    servers.map((server) => [server, { times: [] as number[], rates: [] as number[] }]),
  );
  const lane = async (server: Server, times: number[]): Promise<void> => {
    const at = { port: server.port, host: `127.0.0.1:${server.port}`, agent };
    for (let nth = 0; nth < block / lanes; nth += 1) {
      const { ms, value } = await timed(() => ask({ ...at, ...request() }));
      if (value.status >= 300) throw new Error(`${server.name}: ${value.status}`);
      times.push(ms);
    }
  };
  // The first turn warms up, and isn't counted.
  for (let turn = 0; turn <= blocks; turn += 1) {
    for (const [server, { times, rates }] of found) {
      const counted = turn === 0 ? [] : times;
      const before = counted.length;
      const { ms } = await timed(() =>
        Promise.all(Array.from({ length: lanes }, () => lane(server, counted))),
      );
      if (turn > 0) rates.push(((counted.length - before) / ms) * 1_000);
    }
  }
  agent.destroy();
  const rates: number[] = [];
  for (const [server, figures] of found) {
    rates.push(median(figures.rates));
    line(`${name}: ${server.name}`, spread(figures.times));
    line('  requests a second', median(figures.rates).toFixed(0));
  }
  const [ours = 0, theirs = 1, most = 1, synced = 1] = rates;
  const ratio = ours / theirs;
  line(
    '  ours beside PouchDB Server',
    `${ratio.toFixed(1)} ×, target 4: ${ratio >= 4 ? 'met' : 'missed'}`,
  );
  line('  beside a server that does nothing', (ours / most).toFixed(2));
  if (request().body === undefined) return;
  line(
    '  the server that only syncs beside PouchDB Server',
    `${(synced / theirs).toFixed(1)} ×, ours beside it ${(ours / synced).toFixed(2)}`,
  );
}

/** What comes goes into the file that is named, and is on the disk before the answer: one sync for each. */
async function toDisk(data: unknown) {
  const { file } = v.parse(v.object({ file: v.optional(v.string()) }), data);
  if (file === undefined) return undefined;
  const handle = await open(file, 'w');
  return async (body: string): Promise<void> => {
    await handle.appendFile(body);
    await handle.datasync();
  };
}

/** What a write takes at the least that is on the disk when it is answered. */
async function disk(folder: string): Promise<void> {
  const file = await open(join(folder, 'bench-sync'), 'w');
  const times: number[] = [];
  try {
    for (let nth = 0; nth < block * blocks; nth += 1) {
      await file.appendFile(new Uint8Array(600));
      times.push((await timed(() => file.datasync())).ms);
    }
  } finally {
    await file.close();
  }
  line('this disk: 600 bytes synced (PouchDB Server does not)', spread(times));
}
