import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { Client } from '../../host/endpoint-world.ts';
import { type BuiltHost, quietEnvironment } from '../../host/native-host-process.ts';
import { type Chance, report } from '../chance.ts';

/** Who comes and is then there no more, without a word: what they had sent by then. */
const remains = {
  nothing: () => '',
  'half a head': () => 'GET / HTTP/1.1\r\nHost: ',
  'half a body': (host: string) =>
    `POST /shared/_bulk_docs HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"docs":[{"_id":"never"`,
  'a question with a large answer': (host: string) =>
    `GET /shared/_all_docs?include_docs=true HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(3),
  'a long-poll': (host: string) =>
    `GET /shared/_changes?feed=longpoll&since=now&timeout=600000 HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(
      3,
    ),
  'a feed that goes on': (host: string) =>
    `GET /shared/_changes?feed=continuous&include_docs=true&heartbeat=1000 HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
} as const;
type Remains = keyof typeof remains;
const kinds = Object.keys(remains) as Remains[];

const visitors = 60;

/**
 * Peers who disappear and leave their connections half open: they neither read, write nor close. Others are
 * answered meanwhile, and once the system gives the connections up, nothing of them is left.
 */
export async function halfOpen(built: BuiltHost, chance: Chance, rounds: number): Promise<void> {
  const server = await serve(built);
  const client = new Client(server.port);
  try {
    await client.ask('PUT', '/shared');
    const docs = Array.from({ length: 40 }, (_, nth) => ({
      _id: `d${String(nth)}`,
      text: 'x'.repeat(50_000),
    }));
    await client.ask('POST', '/shared/_bulk_docs', { body: { docs } });
    const before = await openSockets(server.child, client);
    for (let round = 0; round < rounds; round += 1) {
      const gone = await Promise.all(
        Array.from({ length: visitors }, () => visit(server.port, chance.pick(kinds), client.host)),
      );
      const put = await client.ask('PUT', `/shared/new${String(round)}`, { body: {} });
      expect(put.status).toBe(201);
      const { json } = await client.ask('GET', '/shared');
      expect(json).toMatchObject({ doc_count: 40 + round + 1 });
      for (const socket of gone) {
        if (chance.below(2) === 0) socket.resetAndDestroy();
        else socket.destroy();
      }
      while ((await openSockets(server.child, client)) > before) await pause(50);
    }
    expect((await client.ask('GET', '/shared/never')).status).toBe(404);
  } finally {
    server.child.kill('SIGTERM');
  }
  const [code] = (await once(server.child, 'close')) as [number | null];
  expect([code, server.complaint()]).toEqual([0, '']);
  report('half-open connections', chance, `${String(rounds)} times ${String(visitors)}`);
}

async function serve(built: BuiltHost) {
  const data = join(built.folder, 'open');
  const args = ['serve', '--data', data, '--listen', '127.0.0.1:0', '--unsafe-open'];
  const child = spawn(built.launcher, args, {
    env: quietEnvironment(built.folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(/:(\d+)\//.exec(said.toString())?.[1]);
  return { child, port, complaint: () => complaint };
}

async function visit(port: number, kind: Remains, host: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => {});
  // It never reads: what is sent to it stays in the system's buffers.
  socket.pause();
  await once(socket, 'connect');
  socket.write(remains[kind](host));
  return socket;
}

/** How many connections the host has, with no request of ours under way. */
async function openSockets({ pid }: ChildProcess, client: Client): Promise<number> {
  expect((await client.ask('GET', '/_up')).status).toBe(200);
  const folder = `/proc/${String(pid)}/fd`;
  const targets = readdirSync(folder).map((file) => {
    try {
      return readlinkSync(join(folder, file));
    } catch {
      // Closed between the two calls.
      return '';
    }
  });
  return targets.filter((target) => target.startsWith('socket:')).length;
}
