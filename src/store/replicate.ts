import { CodedError } from '../protocol/codes.ts';
import { PouchDB } from './pouch.ts';
import { codedStoreError } from './store-error.ts';

/** As many as fit one request, since over Tor it is requests that cost. */
const batchSize = 1_000;

/**
 * One run of PouchDB's replicator, from where the last one stopped to the source's present end.
 * Both sides are PouchDBs, or objects that behave like one as far as the replicator asks.
 *
 * @param keep which side remembers where it stopped
 * @returns how many documents were handed to the target
 * Rejects with the CodedError that either side threw (or what else it threw), or with CodedError 'cancelled' as soon as `signal` aborts.
 */
export async function replicate(
  source: object,
  target: object,
  keep: 'source' | 'target',
  signal: AbortSignal,
): Promise<number> {
  if (signal.aborted) throw new CodedError('cancelled');
  const run = PouchDB.replicate(source, target, { batch_size: batchSize, checkpoint: keep });
  return new Promise((resolve, reject) => {
    const cancel = () => {
      run.cancel();
      reject(new CodedError('cancelled'));
    };
    signal.addEventListener('abort', cancel, { once: true });
    run
      .then((result) => resolve(result.docs_written))
      .catch((error: unknown) => reject(codedStoreError(error)))
      .finally(() => signal.removeEventListener('abort', cancel));
  });
}
