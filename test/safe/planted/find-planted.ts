import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { inflate } from './deflated.ts';
import { type Form, formsOf } from './forms.ts';
import { unsnapLeniently, unsnapStreams } from './lenient-snappy.ts';
import { joined } from './joined.ts';
import { unpackLevel } from './leveldb.ts';
import { unpackLz4 } from './lz4.ts';
import { unpackSqlite } from './sqlite.ts';

export interface Finding {
  readonly text: string;
  /** Below the folder that was searched, or `(name)` and the path where a name holds the text. */
  readonly file: string;
  /** What it had to be unpacked from, outermost first, and how it is written: `SQLite, UTF-16LE`. */
  readonly how: string;
}

type Unpacker = (bytes: Buffer) => Buffer[];

/** Each way in which Firefox or the host packs what it keeps. */
const unpackers: readonly (readonly [string, Unpacker])[] = [
  ['LevelDB', unpackLevel],
  ['SQLite', unpackSqlite],
  ['deflate', inflate],
  ['LZ4', unpackLz4],
  ['Snappy', unsnapStreams],
  ['Snappy', (bytes) => [unsnapLeniently(bytes)]],
  ['base64', decodeRuns],
];

/** Packed within packed: a zip in a zip's file in a database is the most that was ever seen. */
const deepest = 3;

/**
 * Every place where one of the texts can be read below this folder: in names, and in files as they are or
 * unpacked. Each text is told once for each file and way. What is encrypted tells nothing.
 */
export async function findPlanted(folder: string, texts: readonly string[]): Promise<Finding[]> {
  const wanted = new Map(texts.map((text) => [text, formsOf(text)]));
  const found: Finding[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const file = relative(folder, path);
    for (const [text, how] of formsIn(Buffer.from(entry.name, 'utf8'), wanted)) {
      found.push({ text, file: `(name) ${file}`, how });
    }
    if (!entry.isFile()) continue;
    for (const [text, how] of search(await readFile(path), wanted)) found.push({ text, file, how });
  }
  return found;
}

function search(bytes: Buffer, wanted: ReadonlyMap<string, Form[]>): [string, string][] {
  const found = new Map<string, [string, string]>();
  const look = (layer: Buffer, from: readonly string[]): void => {
    for (const [text, form] of formsIn(layer, wanted)) {
      const how = [...from, form].join(', ');
      found.set(`${text}\n${how}`, [text, how]);
    }
    if (from.length === deepest) return;
    for (const [name, unpack] of unpackers) {
      const inner = unpack(layer).filter((each) => each.length >= 8);
      if (inner.length > 0) look(together(inner), [...from, name]);
    }
  };
  look(bytes, []);
  return [...found.values()];
}

function formsIn(bytes: Buffer, wanted: ReadonlyMap<string, Form[]>): [string, string][] {
  return [...wanted].flatMap(([text, forms]) =>
    forms
      .filter((form) => bytes.includes(form.bytes))
      .map((form): [string, string] => [text, form.name]),
  );
}

/** One search for many small pieces: most of its time goes into beginning. */
function together(pieces: readonly Buffer[]): Buffer {
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  return joined(...pieces.flatMap((piece) => [piece, Buffer.from('\n')]));
}

/** What runs of base64 stand for that are long enough to be something packed. */
function decodeRuns(bytes: Buffer): Buffer[] {
  const runs = bytes.toString('latin1').match(/[A-Za-z0-9+/_-]{64,}/g) ?? [];
  // What stands before it may look like a part of it.
  return runs.flatMap((run) => [0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), 'base64')));
}
