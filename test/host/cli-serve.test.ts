import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { PouchDB } from '../../src/store/pouch.ts';
import { buildHost, type BuiltHost, quietEnvironment } from './native-host-process.ts';

/** PouchDB's replicator ships no types; this is what is used of it here. */
interface Replicator {
  replicate: (source: unknown, target: unknown) => Promise<{ ok: boolean; docs_written: number }>;
}
const { replicate } = PouchDB as unknown as Replicator;

let built: BuiltHost;
let server: ChildProcess | undefined;
beforeAll(() => {
  built = buildHost();
});
afterEach(async () => {
  if (server && server.exitCode === null) await ended(server, 'SIGKILL');
  rmSync(join(built.folder, 'open'), { recursive: true, force: true });
});
afterAll(() => built.remove());

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.kill(signal);
  return code;
}

function start(listen: string) {
  const args = ['serve', '--data', join(built.folder, 'open'), '--listen', listen, '--unsafe-open'];
  const child = spawn(built.launcher, args, {
    env: quietEnvironment(built.folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  server = child;
  let said = '';
  let complained = '';
  child.stderr.on('data', (bytes: Buffer) => (complained += bytes.toString()));
  const url = new Promise<string>((resolve) => {
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      const found = /http:\/\/\S+/.exec(said)?.[0];
      if (found) resolve(found);
    });
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, url, exit, complaint: () => complained };
}

test('PouchDB replicates from it and to it, and finds everything after a restart', async () => {
  const { child, url } = start('127.0.0.1:0');
  const base = await url;
  const source = new PouchDB(`${base}source`);
  await source.bulkDocs(Array.from({ length: 300 }, (_, nth) => ({ _id: `doc${nth}`, nth })));
  const first = await replicate(source, new PouchDB(`${base}target`));
  expect(first).toMatchObject({ ok: true, docs_written: 300 });
  await source.bulkDocs([{ _id: 'one more' }]);
  expect(await replicate(source, new PouchDB(`${base}target`))).toMatchObject({ docs_written: 1 });
  expect(await ended(child, 'SIGTERM')).toBe(0);

  const again = start('127.0.0.1:0');
  const target = new PouchDB(`${await again.url}target`);
  expect(await target.info()).toMatchObject({ doc_count: 301 });
  expect(await target.get('doc299')).toMatchObject({ nth: 299 });
  expect(await ended(again.child, 'SIGINT')).toBe(0);
});

test('a port that is taken is named, and so is a folder another one serves', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const taken = start(`127.0.0.1:${port}`);
  expect(await taken.exit).toBe(1);
  expect(taken.complaint()).toContain(`Something else listens at 127.0.0.1:${port}`);
  other.close();

  const first = start('127.0.0.1:0');
  await first.url;
  const second = start('[::1]:0');
  expect(await second.exit).toBe(1);
  expect(second.complaint()).toContain('data-in-use');
  expect(await ended(first.child, 'SIGTERM')).toBe(0);
});
