import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildHost, type BuiltHost, HostProcess, quietEnvironment } from './native-host-process.ts';
import { finished } from './store-helpers.ts';

const rounds = 200;
/** Another seed, other moments: `KILL_SEED=7 npm run test:long`. */
const seed = Number(process.env['KILL_SEED'] ?? 1);
const names = ['first', 'second', 'third'] as const;

let built: BuiltHost;
beforeAll(() => {
  built = buildHost();
});
afterAll(() => built.remove());

/** One database, as somebody knows it who writes to it and reads on where they were. */
class Known {
  readonly name: string;
  readonly acknowledged = new Set<string>();
  readonly seen = new Set<string>();
  issued = 0;
  since: unknown = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Writes until the host is gone. */
  async writeOn(host: HostProcess): Promise<void> {
    const gone = host.exited.then(() => undefined);
    for (;;) {
      const docs = finished(2, this.issued);
      this.issued += docs.length;
      const body = { new_edits: false, docs };
      const path = `/${this.name}/_bulk_docs`;
      const answer = await Promise.race([host.fetch('POST', path, body), gone]);
      if (!answer) return;
      expect([answer.status, answer.text.trim()]).toEqual([201, '[]']);
      for (const { _id } of docs) this.acknowledged.add(String(_id));
    }
  }

  /** Nothing that was acknowledged is missing, nothing is there that nobody wrote, and nothing is told twice. */
  async readOn(host: HostProcess): Promise<void> {
    const path = `/${this.name}/_changes?since=${encodeURIComponent(String(this.since))}`;
    const { results, last_seq: last } = JSON.parse((await host.fetch('GET', path)).text) as {
      results: { id: string }[];
      last_seq: unknown;
    };
    const twice = results.filter(({ id }) => this.seen.has(id));
    expect(twice).toEqual([]);
    for (const { id } of results) this.seen.add(id);
    this.since = last;
    const lost = [...this.acknowledged].filter((id) => !this.seen.has(id));
    expect(lost).toEqual([]);
    expect(this.seen.size).toBeLessThanOrEqual(this.issued);
  }
}

function start(): HostProcess {
  return new HostProcess(built, quietEnvironment(built.folder)).hello();
}

test(`whatever was acknowledged outlasts ${String(rounds)} kills, at any moment`, async () => {
  const databases = names.map((name) => new Known(name));
  let state = seed;
  /** Numerical Recipes' generator: the moments are the same each time. */
  const below = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % most;
  };
  for (let round = 0; round < rounds; round += 1) {
    const host = start();
    // One in five dies while it starts.
    if (below(5) === 0) {
      await pause(below(300));
      host.child.kill('SIGKILL');
      await host.exited;
      continue;
    }
    await host.waitFor('hello');
    for (const { name } of databases) await host.fetch('PUT', `/${name}`);
    for (const database of databases) await database.readOn(host);
    const writing = databases.map((database) => database.writeOn(host));
    await pause(below(200));
    host.child.kill('SIGKILL');
    await Promise.all(writing);
  }

  const host = start();
  await host.waitFor('hello');
  for (const database of databases) {
    await database.readOn(host);
    const all = JSON.parse((await host.fetch('GET', `/${database.name}/_all_docs`)).text) as {
      rows: { id: string }[];
    };
    expect(new Set(all.rows.map(({ id }) => id))).toEqual(database.seen);
    expect(database.acknowledged.size).toBeGreaterThan(rounds);
  }
  expect(await host.end()).toBe(0);
});
