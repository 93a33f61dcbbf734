import { randomBytes } from 'node:crypto';
import { constants, copyFile } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../../src/protocol/codes.ts';
import { examineLevel } from './integrity/examine.ts';
import { openPouch, type OpenDatabase } from './pouch.ts';

/** Copies of logs whose end was torn, beside LevelDB's folder. */
export const tornMark = 'torn-';

/**
 * Opens databases whose files are what was written, and no others: throws `data-damaged` before
 * LevelDB touches anything, because it would remove files it no longer knows of. A log that is
 * torn in its last record is kept as it is beside the database, which goes on without that record: it may
 * be a write that a power cut interrupted, or one that somebody was told is stored.
 */
export function createOpener(
  level: (name: string) => string,
): (name: string) => Promise<OpenDatabase> {
  const known = new Map<string, Set<string>>();
  return async (name) => {
    const folder = level(name);
    const tables = known.get(name) ?? new Set();
    known.set(name, tables);
    const { damage, torn } = await examineLevel(folder, tables);
    if (damage) throw new CodedError('data-damaged', name);
    for (const log of torn) {
      const kept = `${tornMark}${randomBytes(4).toString('hex')}-${log}`;
      await copyFile(
        path.join(folder, log),
        path.join(path.dirname(folder), kept),
        constants.COPYFILE_EXCL,
      );
    }
    return openPouch(folder, false);
  };
}
