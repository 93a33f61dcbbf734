import { readChanges, type ChangesPage, type Since } from './documents.ts';
import type { SpaceDatabase } from './ports.ts';
import { codedStoreError } from './store-error.ts';

export interface Following {
  /** No further batch is begun. */
  cancel(): void;
  /** Resolves after `cancel`; rejects with the first error of the database or of `onBatch`. */
  readonly done: Promise<void>;
}

/**
 * Hands over every document of a database, those there are and those to come, in batches in
 * the order of arrival; the next batch waits until `onBatch` is done with the last. Over HTTP this holds one
 * long-poll: for many databases use `SpaceStores.watch` with `readChanges`.
 */
export function followDocuments(
  db: SpaceDatabase,
  since: Since,
  onBatch: (page: ChangesPage) => void | Promise<void>,
): Following {
  const stop = new AbortController();
  return { cancel: () => stop.abort(), done: follow(db, since, onBatch, stop.signal) };
}

async function follow(
  db: SpaceDatabase,
  since: Since,
  onBatch: (page: ChangesPage) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let at = since;
  while (!signal.aborted) {
    const page = await readChanges(db, at);
    if (signal.aborted) return;
    if (page.documents.length > 0) await onBatch(page);
    at = page.since;
    if (!page.more) await somethingAfter(db, at, signal);
  }
}

/** Resolves as soon as the database holds anything after `since`, or when aborted. */
function somethingAfter(db: SpaceDatabase, since: Since, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const feed = db.changes({ since, live: true, return_docs: false, batch_size: 1 });
    const finish = () => {
      signal.removeEventListener('abort', finish);
      feed.cancel();
      resolve();
    };
    void feed.on('change', finish);
    feed.catch((error: unknown) => {
      signal.removeEventListener('abort', finish);
      reject(codedStoreError(error));
    });
    signal.addEventListener('abort', finish, { once: true });
    if (signal.aborted) finish();
  });
}
