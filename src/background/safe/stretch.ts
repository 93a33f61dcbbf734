import browser from 'webextension-polyfill';
import type { SheetLock } from '../../domain/vault/key-sheet.ts';
import { CodedError } from '../../protocol/codes.ts';

/** What the worker is given: by our own background only. */
export interface StretchJob extends SheetLock {
  readonly passphrase: string;
}

/**
 * Argon2id in a worker of its own, so that the background goes on answering; the 64 MiB that it takes
 * end with the worker, and what it held of the passphrase, too.
 */
export async function stretch(passphrase: string, lock: SheetLock): Promise<Uint8Array> {
  const worker = new Worker(browser.runtime.getURL('background/stretch-worker.js'), {
    type: 'module',
  });
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (data instanceof Uint8Array) resolve(data);
        else reject(new CodedError('internal', 'stretch'));
      });
      worker.addEventListener('error', () => reject(new CodedError('internal', 'stretch')));
      const job: StretchJob = { passphrase, ...lock };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
      worker.postMessage(job);
    });
  } finally {
    worker.terminate();
  }
}
