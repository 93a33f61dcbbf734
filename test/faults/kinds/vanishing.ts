import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { BuiltHost, HostProcess } from '../../host/native-host-process.ts';
import { type Chance, report } from '../chance.ts';
import { startedHost } from '../hosts.ts';
import { Known } from '../known.ts';

const names = ['first', 'second'];

/** How a browser goes: it closes its end, it is killed, or it hangs before and reads nothing. */
const ways = ['closes', 'is killed', 'hangs and is killed'] as const;

/**
 * Round after round the browser goes in the middle of writes, of a large body on its way in, of large answers
 * on their way out, and with long-polls open. The host ends by itself, and the next one has everything.
 */
export async function vanishingBrowser(
  built: BuiltHost,
  chance: Chance,
  rounds: number,
): Promise<void> {
  const databases = names.map((name) => new Known(name, chance));
  const counts = { closes: 0, 'is killed': 0, 'hangs and is killed': 0 };
  for (let round = 0; round < rounds; round += 1) {
    const host = await startedHost(built);
    for (const { name } of databases) await host.fetch('PUT', `/${name}`);
    await host.fetch('PUT', '/large');
    for (const database of databases) await database.readOn(host);
    await fillOnce(host);

    const way = chance.pick(ways);
    if (way === 'hangs and is killed') host.child.stdout?.pause();
    const writing = databases.map((database) => database.writeOn(host));
    for (let nth = 0; nth < 10; nth += 1) {
      host.ask('GET', `/${chance.pick(names)}/_changes?feed=longpoll&since=now&timeout=60000`);
      host.ask('GET', '/large/_all_docs?include_docs=true');
    }
    sendHalf(host, round);
    await pause(chance.below(100));
    go(host, way);
    expect(await host.exited).toEqual({ code: 0, signal: null });
    expect([host.stderr, host.noise]).toEqual(['', []]);
    await Promise.all(writing);
    counts[way] += 1;
  }
  const host = await startedHost(built);
  for (const database of databases) {
    await database.readOn(host);
    await database.readAll(host);
  }
  const { text } = await host.fetch('GET', '/large');
  expect(JSON.parse(text)).toMatchObject({ doc_count: 40 });
  expect(await host.end()).toBe(0);
  const words = Object.entries(counts).map(([way, count]) => `${way} ${String(count)} times`);
  report('vanishing browser', chance, words.join(', '));
}

/** Two megabytes to be asked for. */
async function fillOnce(host: HostProcess): Promise<void> {
  const docs = Array.from({ length: 40 }, (_, nth) => ({
    _id: `doc${String(nth)}`,
    _rev: `1-${'a'.repeat(32)}`,
    text: 'x'.repeat(50_000),
  }));
  const body = { new_edits: false, docs };
  expect((await host.fetch('POST', '/large/_bulk_docs', body)).status).toBe(201);
}

/** A write whose last part never comes; nothing of it may be stored. */
function sendHalf(host: HostProcess, round: number): void {
  const docs = [{ _id: `half-${String(round)}`, text: 'x'.repeat(100_000) }];
  const body = JSON.stringify({ docs });
  const headers = { 'content-type': 'application/json' };
  const request = { type: 'request', id: 1_000_000, method: 'POST', path: '/large/_bulk_docs' };
  host.send({ ...request, headers, body: body.slice(0, 50_000), last: false });
}

function go({ child }: HostProcess, way: (typeof ways)[number]): void {
  // Of a process that is killed the system closes both ends of its pipes.
  if (way !== 'closes') child.stdout?.destroy();
  if (way === 'closes') child.stdin?.end();
  else child.stdin?.destroy();
}
