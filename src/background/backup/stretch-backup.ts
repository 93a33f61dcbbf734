import type { PassphraseLock } from '../../domain/age/recipients.ts';
import { inWorker } from '../safe/in-worker.ts';

/** What the worker is given: by our own background only. */
export interface ScryptJob extends PassphraseLock {
  readonly passphrase: string;
}

/** scrypt in a worker of its own: a second or more, and 256 MiB, which end with it. */
export function stretchBackup(passphrase: string, lock: PassphraseLock): Promise<Uint8Array> {
  const job: ScryptJob = { passphrase, ...lock };
  return inWorker('scrypt-worker', job);
}
