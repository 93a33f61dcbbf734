import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type BuiltHost, type HostProcess, profile } from '../../host/native-host-process.ts';
import { Chance, report } from '../chance.ts';
import { doctorOf } from '../doctor.ts';
import { startedHost } from '../hosts.ts';

/** How many writes of two documents each database has had. */
const writes = { few: 3, table: 40, tables: 250, many: 700, spared: 20 } as const;
type Name = keyof typeof writes;
/** One database is left alone: it has to be served whatever happens to the others. */
const victims: readonly Name[] = ['few', 'table', 'tables', 'many'];
const names = Object.keys(writes) as Name[];

interface Doc {
  readonly _id: string;
  readonly _rev: string;
  readonly text: string;
}

/** In the order of writing. Nothing repeats in them, so that LevelDB can't pack them away. */
function documentsOf(name: Name): Doc[] {
  const chance = new Chance(writes[name]);
  return Array.from({ length: 2 * writes[name] }, (_, index) => ({
    _id: `${name}-${String(index).padStart(6, '0')}`,
    _rev: `1-${index.toString(16).padStart(32, '0')}`,
    text: Array.from({ length: 60 }, () => chance.below(2 ** 31).toString(36)).join(''),
  }));
}

/**
 * Files of a stopped host are cut, changed, filled with zeros or removed. Whatever it was: the host starts,
 * serves what is whole, and a database gives either all it ever acknowledged but what was in the torn end
 * of its log, or says that it is damaged; then doctor names it, and its files are left as they are.
 */
export async function tornFiles(built: BuiltHost, chance: Chance, rounds: number): Promise<void> {
  const data = join(built.folder, 'data');
  const pristine = join(built.folder, 'pristine');
  await fill(built);
  cpSync(data, pristine, { recursive: true });
  const outcomes = { whole: 0, 'without the end': 0, damaged: 0 };
  for (let round = 0; round < rounds; round += 1) {
    rmSync(data, { recursive: true });
    cpSync(pristine, data, { recursive: true });
    const wounds = victims.map((name) => wound(chance, name, levelOf(data, name)));
    woundBeside(chance, join(data, 'profiles', profile));
    const host = await startedHost(built);
    const doctor = doctorOf(built);
    for (const done of wounds) outcomes[await examine(host, built, doctor, done)] += 1;
    expect(await read(host, 'spared')).toEqual(documentsOf('spared'));
    expect((await host.fetch('PUT', '/spared/more', {})).status).toBe(201);
    expect(await host.end()).toBe(0);
    expect(host.stderr).toBe('');
  }
  const words = Object.entries(outcomes).map(([what, count]) => `${String(count)} ${what}`);
  report('torn files', chance, `${String(rounds * victims.length)} files: ${words.join(', ')}`);
}

/** Over several starts, so that LevelDB has made tables, and with writes at the end that are in its log. */
async function fill(built: BuiltHost): Promise<void> {
  const sessions = 3;
  for (let session = 0; session < sessions; session += 1) {
    const host = await startedHost(built);
    for (const name of names) {
      if (session === 0) await host.fetch('PUT', `/${name}`);
      const docs = documentsOf(name);
      const from = Math.floor((writes[name] * session) / sessions);
      const to = Math.floor((writes[name] * (session + 1)) / sessions);
      for (let write = from; write < to; write += 1) {
        const body = { new_edits: false, docs: docs.slice(2 * write, 2 * write + 2) };
        expect((await host.fetch('POST', `/${name}/_bulk_docs`, body)).status).toBe(201);
      }
      if (session === 1 && name === 'many') await host.fetch('POST', `/${name}/_compact`, {});
    }
    await host.end();
  }
}

const levelOf = (data: string, name: Name): string =>
  join(data, 'profiles', profile, 'databases', `d-${name}`, 'level');

interface Wound {
  readonly name: Name;
  readonly file: string;
  readonly what: string;
  /** All before this place is as it was. */
  readonly from: number;
  readonly before: Uint8Array<ArrayBuffer>;
  readonly files: ReadonlyMap<string, Buffer>;
}

const ways = ['cut', 'flip', 'zero the end', 'overwrite', 'remove'] as const;

function wound(chance: Chance, name: Name, level: string): Wound {
  // Every kind as often as the others, however many tables there are.
  const kind = chance.pick([/\.log$/, /\.log$/, /\.ldb$/, /^MANIFEST/, /^CURRENT$/]);
  const file = chance.pick(readdirSync(level).filter((each) => kind.test(each)));
  const path = join(level, file);
  const before = new Uint8Array(readFileSync(path));
  const what = chance.pick(ways);
  const from = what === 'remove' ? 0 : chance.below(before.length);
  if (what === 'remove') rmSync(path);
  else writeFileSync(path, changed(chance, before, what, from));
  const files = readdirSync(level).map((each) => [each, readFileSync(join(level, each))] as const);
  return { name, file, what, from, before, files: new Map(files) };
}

function changed(
  chance: Chance,
  before: Uint8Array<ArrayBuffer>,
  what: Exclude<(typeof ways)[number], 'remove'>,
  from: number,
): Uint8Array<ArrayBuffer> {
  if (what === 'cut') return before.subarray(0, from);
  const after = new Uint8Array(before);
  if (what === 'flip') after[from] = (after[from] ?? 0) ^ (1 << chance.below(8));
  if (what === 'zero the end') after.fill(0, from);
  if (what === 'overwrite') {
    const end = Math.min(after.length, from + 1 + chance.below(4_096));
    for (let at = from; at < end; at += 1) after[at] = chance.below(256);
  }
  return after;
}

/** The small files beside the databases are torn in every round; without any of them nothing is lost. */
function woundBeside(chance: Chance, folder: string): void {
  const files = [
    join(folder, 'uuid'),
    join(folder, 'updates.json'),
    join(folder, 'databases', 'd-spared', 'incarnation'),
    ...readdirSync(join(folder, 'lock')).map((file) => join(folder, 'lock', file)),
  ];
  const path = chance.pick(files);
  const before = new Uint8Array(readFileSync(path));
  const from = chance.below(Math.max(1, before.length));
  writeFileSync(path, changed(chance, before, chance.pick(['cut', 'flip', 'zero the end']), from));
}

type Outcome = 'whole' | 'without the end' | 'damaged';

async function examine(
  host: HostProcess,
  built: BuiltHost,
  { databases, toDo }: ReturnType<typeof doctorOf>,
  done: Wound,
): Promise<Outcome> {
  const { name, file, what, from } = done;
  const where = `${name}/${file}: ${what} at ${String(from)}`;
  const answer = await host.fetch('GET', `/${name}/_all_docs?include_docs=true`);
  if (answer.status !== 200) {
    expect([answer.status, JSON.parse(answer.text)], where).toMatchObject([
      500,
      { error: 'data_damaged' },
    ]);
    const path = databases.damaged.find(({ database }) => database === name)?.path;
    expect(
      toDo.filter((step) => path !== undefined && step.includes(path)),
      where,
    ).toHaveLength(1);
    const level = levelOf(join(built.folder, 'data'), name);
    for (const [each, bytes] of done.files) {
      expect(readFileSync(join(level, each)).equals(bytes), `${where}: ${each}`).toBe(true);
    }
    return 'damaged';
  }
  const all = documentsOf(name);
  const found = documentsIn(answer.text);
  expect(found, where).toEqual(all.slice(0, found.length));
  if (found.length === all.length) return 'whole';
  // What is missing was in the log, at or behind the wound.
  expect(file, where).toMatch(/\.log$/);
  const next = all[found.length]?._id ?? '';
  const before = Buffer.from(done.before);
  expect(before.lastIndexOf(next), where).toBeGreaterThanOrEqual(from - 65_536);
  const beforeNext = all[found.length + 2];
  if (beforeNext) expect(before.indexOf(beforeNext._id), where).toBeGreaterThan(from);
  expect((await host.fetch('PUT', `/${name}/more`, {})).status, where).toBe(201);
  return 'without the end';
}

async function read(host: HostProcess, name: Name): Promise<Doc[]> {
  return documentsIn((await host.fetch('GET', `/${name}/_all_docs?include_docs=true`)).text);
}

function documentsIn(text: string): Doc[] {
  return (JSON.parse(text) as { rows: { doc: Doc }[] }).rows.map(({ doc }) => doc);
}
