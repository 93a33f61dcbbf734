import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  type BuiltHost,
  HostProcess,
  profile,
  quietEnvironment,
} from '../../host/native-host-process.ts';
import { type Chance, report } from '../chance.ts';
import { startedHost } from '../hosts.ts';
import { Known } from '../known.ts';

/** How many try at once. */
const rivals = 3;

/**
 * Round after round several hosts want one data directory at the same moment: one has it, the others
 * say who. It is killed and the next has it at once, whatever is written in the lock about processes.
 */
export async function twoHosts(built: BuiltHost, chance: Chance, rounds: number): Promise<void> {
  const folder = join(built.folder, 'data', 'profiles', profile);
  const known = new Known('shared', chance);
  for (let round = 0; round < rounds; round += 1) {
    const servers = Array.from({ length: rivals }, () => serve(built, folder));
    const ends = await Promise.all(servers.map(({ outcome }) => outcome));
    const having = servers.filter((_, nth) => ends[nth] === 'serves');
    expect(having).toHaveLength(1);
    const pid = String(having[0]?.child.pid);
    for (const end of ends) if (end !== 'serves') expect(end).toContain(`data-in-use`);
    expect(readFileSync(join(folder, 'lock', 'process'), 'utf8')).toBe(pid);

    having[0]?.child.kill('SIGKILL');
    // The number may be that of another process by now, of another computer's, or none.
    const stale = chance.pick([pid, '1', String(process.pid), '4194304', 'nonsense', '']);
    mkdirSync(join(folder, 'lock'), { recursive: true });
    writeFileSync(join(folder, 'lock', 'process'), stale);
    const host = await startedHost(built);
    if (round === 0) await host.fetch('PUT', '/shared');
    await known.readOn(host);
    await known.write(host);
    host.child.kill('SIGKILL');
    await host.exited;
  }
  await refusesWhileOneServes(built);
  report(
    'two hosts',
    chance,
    `${String(rounds)} times ${String(rivals)} at once, and one after a kill`,
  );
}

/** `serves`, or what it complained of before it ended. */
function serve(built: BuiltHost, folder: string) {
  const args = ['serve', '--data', folder, '--listen', '127.0.0.1:0', '--unsafe-open'];
  const child = spawn(built.launcher, args, {
    env: quietEnvironment(built.folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
  const outcome = new Promise<string>((resolve) => {
    child.stdout.once('data', () => resolve('serves'));
    child.once('close', () => resolve(complaint));
  });
  return { child, outcome };
}

/** As two browsers on one profile: the second is told, the first is not disturbed. */
async function refusesWhileOneServes(built: BuiltHost): Promise<void> {
  const first = await startedHost(built);
  const second = new HostProcess(built, quietEnvironment(built.folder)).hello();
  expect(await second.waitFor('refused')).toMatchObject({
    code: 'data-in-use',
    detail: String(first.child.pid),
  });
  expect((await second.exited).code).toBe(1);
  expect((await first.fetch('GET', '/shared')).status).toBe(200);
  expect(await first.end()).toBe(0);
}
