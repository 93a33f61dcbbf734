import type { SheetLock } from '../../domain/vault/key-sheet.ts';
import { inWorker } from './in-worker.ts';

/** What the worker is given: by our own background only. */
export interface StretchJob extends SheetLock {
  readonly passphrase: string;
}

/**
 * Argon2id in a worker of its own, so that the background goes on answering; the 64 MiB that it takes
 * end with the worker, and what it held of the passphrase, too.
 */
export function stretch(passphrase: string, lock: SheetLock): Promise<Uint8Array> {
  const job: StretchJob = { passphrase, ...lock };
  return inWorker('stretch-worker', job);
}
