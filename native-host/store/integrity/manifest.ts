import { Cursor } from './varint.ts';

/** What a MANIFEST says of the database's files. */
export interface Version {
  /** Number of each table, and how many bytes it has. */
  readonly tables: ReadonlyMap<number, number>;
  /** Logs from this number on are read at start; 0 before the first. */
  readonly log: number;
}

/** LevelDB's names for the parts of a version edit. */
const tags = {
  comparator: 1,
  log: 2,
  nextFile: 3,
  lastSequence: 4,
  compactPointer: 5,
  deletedFile: 6,
  newFile: 7,
  previousLog: 9,
} as const;

/** Applies the edits in their order; `undefined` if one can't be read, or none says where to go on. */
export function readVersion(edits: readonly Uint8Array[]): Version | undefined {
  const tables = new Map<number, number>();
  let log: number | undefined;
  const seen = new Set<number | undefined>();
  for (const edit of edits) {
    const cursor = new Cursor(edit);
    const gone: number[] = [];
    const added: [number, number][] = [];
    while (!cursor.ended) {
      const tag = cursor.number();
      seen.add(tag);
      if (tag === tags.newFile) {
        const [, number, size] = [cursor.number(), cursor.number(), cursor.number()];
        if (!cursor.bytes() || !cursor.bytes()) return undefined;
        if (number === undefined || size === undefined) return undefined;
        added.push([number, size]);
      } else if (tag === tags.deletedFile) {
        const [, number] = [cursor.number(), cursor.number()];
        if (number === undefined) return undefined;
        gone.push(number);
      } else if (tag === tags.log) {
        const number = cursor.number();
        if (number === undefined) return undefined;
        log = number;
      } else if (!skip(cursor, tag)) return undefined;
    }
    // A table that moves to another level is deleted and added in one edit.
    for (const number of gone) tables.delete(number);
    for (const [number, size] of added) tables.set(number, size);
  }
  const found = seen.has(tags.nextFile) && seen.has(tags.lastSequence);
  return found && log !== undefined ? { tables, log } : undefined;
}

function skip(cursor: Cursor, tag: number | undefined): boolean {
  if (tag === tags.comparator) return cursor.bytes() !== undefined;
  if (tag === tags.compactPointer) {
    return cursor.number() !== undefined && cursor.bytes() !== undefined;
  }
  const plain: readonly (number | undefined)[] = [
    tags.nextFile,
    tags.lastSequence,
    tags.previousLog,
  ];
  return plain.includes(tag) && cursor.number() !== undefined;
}
