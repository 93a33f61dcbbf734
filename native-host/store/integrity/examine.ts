import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { isFileError } from '../../file-errors.ts';
import { readVersion, type Version } from './manifest.ts';
import { readRecords } from './records.ts';
import { isWholeTable } from './table.ts';

/** What is wrong with a database's files. */
export interface Damage {
  /** The first file found to be so, within LevelDB's folder. */
  readonly file: string;
  readonly what: 'missing' | 'changed' | 'cut short';
}

export interface Examined {
  readonly damage: Damage | undefined;
  /** Logs whose last record is not what was written; LevelDB will leave it out. */
  readonly torn: readonly string[];
}

/**
 * Read everything LevelDB will rely on and compare it with its checksums, which LevelDB itself, as
 * leveldown opens it, does not look at: it would serve changed values, and leave out what it can't read
 * in a log without a word. Changes nothing. `known` holds the tables found whole the last time, which are
 * not read again since tables never change.
 */
export async function examineLevel(folder: string, known: Set<string>): Promise<Examined> {
  const none = { torn: [] };
  const current = await read(folder, 'CURRENT');
  const name =
    current && /^(MANIFEST-\d+)\n$/.exec(String.fromCharCode(...current.subarray(0, 40)))?.[1];
  if (!name) return { damage: { file: 'CURRENT', what: current ? 'changed' : 'missing' }, ...none };
  const manifest = await read(folder, name);
  if (!manifest) return { damage: { file: name, what: 'missing' }, ...none };
  const { records, state } = readRecords(manifest);
  const version = state === 'whole' || state === 'cut' ? readVersion(records) : undefined;
  if (!version) return { damage: { file: name, what: 'changed' }, ...none };
  const logs = await examineLogs(folder, name, version);
  return logs.damage ? logs : { ...logs, damage: await examineTables(folder, version, known) };
}

async function examineLogs(folder: string, manifest: string, { log }: Version): Promise<Examined> {
  const files = (await readdir(folder))
    .filter((file) => /^\d+\.log$/.test(file) && Number.parseInt(file, 10) >= log)
    .toSorted();
  // The log it names goes only after a newer is named: this MANIFEST has lost its end.
  if (log > 0 && !files.some((file) => Number.parseInt(file, 10) === log)) {
    return { damage: { file: manifest, what: 'cut short' }, torn: [] };
  }
  const torn: string[] = [];
  let incomplete: string | undefined;
  for (const file of files) {
    const bytes = await read(folder, file);
    if (!bytes) return { damage: { file, what: 'missing' }, torn };
    const { records, state } = readRecords(bytes);
    if (state === 'damaged') return { damage: { file, what: 'changed' }, torn };
    // Nothing is written to the next log before the one before it is all there.
    if (incomplete !== undefined && records.length > 0) {
      return { damage: { file: incomplete, what: 'changed' }, torn };
    }
    if (state !== 'whole') incomplete ??= file;
    if (state === 'torn') torn.push(file);
  }
  return { damage: undefined, torn };
}

async function examineTables(
  folder: string,
  { tables }: Version,
  known: Set<string>,
): Promise<Damage | undefined> {
  const whole = new Set<string>();
  for (const [number, size] of tables) {
    const file = await tableFile(folder, number);
    if (!file) return { file: `${named(number)}.ldb`, what: 'missing' };
    if (file.size !== size) return { file: file.name, what: 'cut short' };
    if (!known.has(file.identity)) {
      const bytes = await read(folder, file.name);
      if (!bytes || !isWholeTable(bytes)) return { file: file.name, what: 'changed' };
    }
    whole.add(file.identity);
  }
  known.clear();
  for (const identity of whole) known.add(identity);
  return undefined;
}

const named = (number: number): string => String(number).padStart(6, '0');

/** Databases of old LevelDBs have tables of another ending. */
async function tableFile(folder: string, number: number) {
  for (const name of [`${named(number)}.ldb`, `${named(number)}.sst`]) {
    try {
      const { size, ino, mtimeMs } = await stat(path.join(folder, name));
      return { name, size, identity: `${name} ${size} ${ino} ${mtimeMs}` };
    } catch (error) {
      if (!isFileError(error, 'ENOENT')) throw error;
    }
  }
  return undefined;
}

async function read(folder: string, file: string): Promise<Uint8Array | undefined> {
  try {
    const { buffer, byteOffset, length } = await readFile(path.join(folder, file));
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
