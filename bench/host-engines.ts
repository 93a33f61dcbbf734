import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engines, type Engine, type Entry } from './lib/engines.ts';
import { line, median, timed, title } from './lib/figures.ts';

/**
 * Disk engines with the host's workload, without PouchDB: batches of 100 documents of 600 bytes, each an entry by id and one
 * by number, on the disk when acknowledged; the same read back as replicators do, one by one, and in order; and
 * the disk they take. LevelDB works in other threads, SQLite in ours.
 */

const count = 10_000;
const batch = 100;
const single = 2_000;
const rounds = Number(process.env['ROUNDS'] ?? 3);

interface Figures {
  readonly insert: number[];
  readonly cpu: number[];
  readonly many: number[];
  readonly one: number[];
  readonly scan: number[];
  readonly bytes: number[];
}

const folder = await mkdtemp(join(tmpdir(), 'n25-bench-'));
const found = new Map<Engine, Figures>();
try {
  for (let round = 0; round < rounds; round += 1) {
    for (const engine of engines) await measure(engine, round);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
title(`${count.toLocaleString('en')} documents of 600 bytes in batches of ${batch}, each synced`);
for (const engine of engines) {
  const figures = found.get(engine);
  if (figures) report(engine.name, figures);
  else line(engine.name, 'not to be had here');
}

async function measure(engine: Engine, round: number): Promise<void> {
  const place = join(folder, `${engine.name} ${round}`);
  await mkdir(place);
  const db = await engine.open(place).catch(() => undefined);
  if (db === undefined) return;
  const figures = found.get(engine) ?? {
    insert: [],
    cpu: [],
    many: [],
    one: [],
    scan: [],
    bytes: [],
  };
  found.set(engine, figures);
  const before = process.cpuUsage();
  const inserted = await timed(async () => {
    for (let from = 0; from < count; from += batch) await db.write(entriesFrom(from));
  });
  const { user, system } = process.cpuUsage(before);
  figures.insert.push((count / inserted.ms) * 1_000);
  figures.cpu.push((user + system) / count);
  const many = await timed(async () => {
    for (let from = 0; from < count; from += batch) {
      const numbers = Array.from({ length: batch }, (_, at) => (from + at) * 7);
      await db.many(numbers.map(idKey));
      await db.many(numbers.map(numberKey));
    }
  });
  figures.many.push((count / many.ms) * 1_000);
  const one = await timed(async () => {
    for (let at = 0; at < single; at += 1) await db.many([idKey(at * 31)]);
  });
  figures.one.push(one.ms / single);
  const scan = await timed(() => db.scan('n', 'o'));
  if (scan.value !== count) throw new Error(`${engine.name}: ${scan.value} in order`);
  figures.scan.push((count / scan.ms) * 1_000);
  await db.compact();
  await db.close();
  figures.bytes.push((await bytesIn(place)) / count);
}

function report(name: string, { insert, cpu, many, one, scan, bytes }: Figures): void {
  line(`${name}: documents a second written`, median(insert).toFixed(0));
  line('  processor for each', `${median(cpu).toFixed(0)} µs`);
  line('  read a hundred at a time, a second', median(many).toFixed(0));
  line('  one entry by its key', `${(median(one) * 1_000).toFixed(0)} µs`);
  line('  in order, a second', median(scan).toFixed(0));
  line('  on the disk for each, compacted', `${median(bytes).toFixed(0)} bytes`);
}

function idKey(at: number): string {
  return `d${String(at % count).padStart(8, '0')}`;
}

function numberKey(at: number): string {
  return `n${String(at % count).padStart(16, '0')}`;
}

/** Half a document is what doesn't pack: signatures, hashes, ciphertext. */
function entriesFrom(from: number): Entry[] {
  return Array.from({ length: batch }, (_, at): Entry[] => {
    const number = from + at;
    const text = 'a few words of a post, '.repeat(13) + hashLike(number, 300);
    const revision = hashLike(number, 32);
    const metadata = {
      id: idKey(number),
      rev_tree: [{ pos: 1, ids: [revision, { status: 'available' }, []] }],
      rev_map: { [`1-${revision}`]: number },
      winningRev: `1-${revision}`,
      deleted: false,
      seq: number,
    };
    const body = { text, _id: idKey(number), _rev: `1-${revision}` };
    return [
      [idKey(number), JSON.stringify(metadata)],
      [numberKey(number), JSON.stringify(body)],
    ];
  }).flat();
}

/** The same in each round, and as hard to pack as hex of a hash. */
function hashLike(seed: number, length: number): string {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += state.toString(16).padStart(8, '0');
  }
  return text.slice(0, length);
}

async function bytesIn(place: string): Promise<number> {
  const files = await readdir(place);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(place, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
