import { CodedError } from '../../src/protocol/codes.ts';

/** What CouchDB would answer to this write or read: an expected refusal, with CouchDB's own words. */
export class StoreError extends Error {
  readonly status: number;
  readonly error: string;
  readonly reason: string;

  constructor(status: number, error: string, reason: string) {
    super(`${error}: ${reason}`);
    this.name = 'StoreError';
    this.status = status;
    this.error = error;
    this.reason = reason;
  }
}

/**
 * A failure of the disk under its code, PouchDB's refusals as `StoreError`; anything else comes back
 * as it was. `what` names the database or file for the person.
 */
export function translateError(error: unknown, what: string): unknown {
  if (error instanceof CodedError || error instanceof StoreError) return error;
  const code = diskCode(error);
  if (code !== undefined) return new CodedError(code, what);
  const refusal = pouchRefusal(error);
  return refusal ?? error;
}

/** CouchDB's words, which end with a full stop. */
const conflictReason = 'Document update conflict.';

export const writeConflict = (): StoreError => new StoreError(409, 'conflict', conflictReason);

/** PouchDB's error objects, in results as well as thrown, carry `status`, `name` and `message`. */
export function pouchRefusal(error: unknown): StoreError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if (!('status' in error) || !('name' in error) || !('message' in error)) return undefined;
  const { status, name, message } = error;
  if (typeof status !== 'number' || typeof name !== 'string') return undefined;
  return new StoreError(status, name, name === 'conflict' ? conflictReason : String(message));
}

function diskCode(error: unknown) {
  const text = error instanceof Error ? error.message : '';
  const errno =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/ENOSPC|EDQUOT|EFBIG/.test(errno) || /No space left|Disk quota|File too large/i.test(text)) {
    return 'disk-full';
  }
  if (/EACCES|EPERM|EROFS/.test(errno) || /Permission denied|Read-only file/i.test(text)) {
    return 'data-unwritable';
  }
  // LevelDB's words: a lock that another process, or this one, holds.
  if (/already held by process|temporarily unavailable/.test(text)) return 'data-in-use';
  // A database whose folder is there but whose files are gone, cut short or overwritten.
  if (/^Corruption|does not exist \(create_if_missing/.test(text)) return 'data-damaged';
  if (/^IO error.*(No such file|Invalid argument|Input\/output error)/.test(text)) {
    return 'data-damaged';
  }
  return /ENOTDIR|EISDIR|EEXIST|ELOOP/.test(errno) ? 'data-damaged' : undefined;
}
