import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import {
  type BuiltHost,
  HostProcess,
  profile,
  quietEnvironment,
} from '../../host/native-host-process.ts';
import { type Chance, report } from '../chance.ts';
import { Erasing } from '../erasing.ts';
import { startedHost } from '../hosts.ts';
import { Known } from '../known.ts';
import { Passing } from '../passing.ts';

const names = ['first', 'second', 'third'];

/**
 * Round after round the host is killed while it writes, erases, compacts, makes and deletes databases, keeps
 * checkpoints, starts or ends. The next one starts by itself and has everything that was acknowledged.
 */
export async function kills(built: BuiltHost, chance: Chance, rounds: number): Promise<void> {
  const databases = names.map((name) => new Known(name, chance));
  const erasing = new Erasing('erased', chance);
  const passing = ['come', 'go'].map((name) => new Passing(name));
  const counts = { starting: 0, ending: 0, writing: 0 };
  for (let round = 0; round < rounds; round += 1) {
    if (chance.below(5) === 0) {
      await killWhileStarting(built, chance);
      counts.starting += 1;
      continue;
    }
    const host = await startedHost(built);
    for (const database of databases) await host.fetch('PUT', `/${database.name}`);
    for (const database of databases) await database.readOn(host);
    await host.fetch('PUT', `/${erasing.name}`);
    await erasing.look(host);
    for (const each of passing) await each.look(host);
    const working = [
      ...databases.map((database) => database.writeOn(host)),
      ...passing.map((each) => each.comeAndGo(host)),
      erasing.goOn(host),
      compactOn(host, chance.pick(names)),
    ];
    await pause(chance.below(200));
    if (chance.below(5) === 0) {
      // Told to end, and killed while it closes.
      host.child.stdin?.end();
      await pause(chance.below(60));
      counts.ending += 1;
    } else counts.writing += 1;
    host.child.kill('SIGKILL');
    await Promise.all(working);
  }

  const host = await startedHost(built);
  for (const database of databases) {
    await database.readOn(host);
    await database.readAll(host);
  }
  await erasing.look(host);
  for (const each of passing) await each.look(host);
  const folder = join(built.folder, 'data', 'profiles', profile, 'databases');
  expect(readdirSync(folder).filter((entry) => !entry.startsWith('d-'))).toEqual([]);
  expect(readdirSync(folder).filter((entry) => entry.includes('damaged'))).toEqual([]);
  expect(await host.end()).toBe(0);
  const kept = databases.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
  const turns = passing.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  report(
    'kills',
    chance,
    `${String(rounds)} (${String(counts.writing)} at work, ${String(counts.starting)} starting, ` +
      `${String(counts.ending)} ending), ${String(kept)} documents kept, ${String(turns)} databases made and deleted, ` +
      `${String(erasing.erased.size)} documents erased`,
  );
}

async function killWhileStarting(built: BuiltHost, chance: Chance): Promise<void> {
  const host = new HostProcess(built, quietEnvironment(built.folder)).hello();
  await pause(chance.below(300));
  host.child.kill('SIGKILL');
  await host.exited;
}

/** Compacts one database all the time until the host is gone. */
async function compactOn(host: HostProcess, name: string): Promise<void> {
  const gone = host.exited.then(() => undefined);
  for (;;) {
    const answer = await Promise.race([host.fetch('POST', `/${name}/_compact`, {}), gone]);
    if (!answer) return;
    expect(answer.status).toBe(202);
    await pause(20);
  }
}
