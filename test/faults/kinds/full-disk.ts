import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type BuiltHost, HostProcess, quietEnvironment } from '../../host/native-host-process.ts';
import { type Chance, report } from '../chance.ts';
import { startedHost } from '../hosts.ts';
import { Known } from '../known.ts';

/** A way to leave a host without room, and to give it back. */
export interface Wall {
  readonly name: string;
  /** `false` where this machine does not allow it. */
  stand(built: BuiltHost): boolean;
  close(built: BuiltHost, host: HostProcess): void;
  open(built: BuiltHost, host: HostProcess): void;
  fall(built: BuiltHost): void;
  /** Whether it holds for whoever starts next, too. */
  readonly outlastsHost: boolean;
}

const ran = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** A limit of the system's on how long this process's files may be, as a quota would be: no rights needed. */
export const limitOfFiles: Wall = {
  name: 'no file may grow',
  outlastsHost: false,
  stand: () => ran('prlimit', '--version'),
  close: (_, host) => limit(host, '150000'),
  open: (_, host) => limit(host, 'unlimited'),
  fall: () => {},
};

function limit({ child }: HostProcess, bytes: string): void {
  expect(ran('prlimit', '--pid', String(child.pid), `--fsize=${bytes}:unlimited`)).toBe(true);
}

const ballast = (built: BuiltHost): string => join(built.folder, 'data', 'ballast');

/** A file system of its own, filled with something else: takes the right to mount. */
export const smallDisk: Wall = {
  name: 'a full disk',
  outlastsHost: true,
  stand(built) {
    const folder = join(built.folder, 'data');
    mkdirSync(folder, { recursive: true });
    return ran('mount', '-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder);
  },
  close(built) {
    const file = openSync(ballast(built), 'w');
    const piece = new Uint8Array(65_536);
    try {
      for (;;) writeSync(file, piece);
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    } finally {
      closeSync(file);
    }
  },
  open: (built) => rmSync(ballast(built)),
  fall: (built) => void ran('umount', join(built.folder, 'data')),
};

const names = ['alpha', 'beta', 'gamma'];
/** Enough to meet any wall of ours. */
const writesMost = 3_000;

/**
 * Round after round the host writes until there is no room, is asked what it knows, and gets room again.
 * Refusals are clear, what was acknowledged can be read all the time, and it goes on without a restart.
 */
export async function fullDisk(
  built: BuiltHost,
  chance: Chance,
  rounds: number,
  wall: Wall,
): Promise<void> {
  const databases = names.map((name) => new Known(name, chance));
  let host = await startedHost(built);
  let refused = 0;
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const { name } of databases) await host.fetch('PUT', `/${name}`);
    for (const database of databases) await database.write(host);
    wall.close(built, host);
    for (const database of databases) refused += await writeUntilRefused(host, database);
    for (const database of databases) await database.readAll(host);
    await makesOneOrSaysWhy(host, `new-${String(round)}`);
    if (wall.outlastsHost && chance.below(3) === 0) {
      killed += 1;
      host.child.kill('SIGKILL');
      await host.exited;
      await startsOrSaysWhy(built);
      wall.open(built, host);
      host = await startedHost(built);
    } else wall.open(built, host);
    for (const database of databases) {
      await database.readAll(host);
      await database.write(host);
      await database.readAll(host);
    }
    expect((await host.fetch('POST', `/${chance.pick(names)}/_compact`, {})).status).toBe(202);
    if (round % 5 === 4) {
      expect(await host.end()).toBe(0);
      host = await startedHost(built);
    }
  }
  for (const database of databases) await database.readAll(host);
  expect(await host.end()).toBe(0);
  expect(host.stderr).toBe('');
  const written = databases.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
  report(
    wall.name,
    chance,
    `${String(rounds)} times, ${String(refused)} writes refused, ${String(killed)} kills, ${String(written)} documents kept`,
  );
}

/** Until the wall is there for good: a small write may still find room where a large one did not. */
async function writeUntilRefused(host: HostProcess, database: Known): Promise<number> {
  let refused = 0;
  for (let write = 0; write < writesMost && refused < 5; write += 1) {
    const answer = await database.tryToWrite(host);
    if (answer.status === 201) continue;
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      507,
      { error: 'disk_full', reason: 'The disk is full; nothing was stored.' },
    ]);
    refused += 1;
    await database.readAll(host);
  }
  expect(refused).toBe(5);
  return refused;
}

/** Making a database needs less room than a write may: it is there whole, or not at all. */
async function makesOneOrSaysWhy(host: HostProcess, name: string): Promise<void> {
  const { status, text } = await host.fetch('PUT', `/${name}`);
  const after = (await host.fetch('GET', `/${name}`)).status;
  if (status === 507) expect(JSON.parse(text)).toMatchObject({ error: 'disk_full' });
  expect([status, after]).toEqual(status === 507 ? [507, 404] : [201, 200]);
  if (after === 200) expect((await host.fetch('DELETE', `/${name}`)).status).toBe(200);
}

async function startsOrSaysWhy(built: BuiltHost): Promise<void> {
  const host = new HostProcess(built, quietEnvironment(built.folder)).hello();
  const first = await Promise.race([host.waitFor('hello'), host.waitFor('refused')]);
  if (first.type === 'refused') expect(first.code).toBe('disk-full');
  await host.end();
}
