import browser from 'webextension-polyfill';
import { CodedError } from '../../protocol/codes.ts';

/** Has one job done by a worker that ends with it. Rejects with CodedError `internal` where it can't be done. */
export async function inWorker(name: string, job: unknown): Promise<Uint8Array> {
  const worker = new Worker(browser.runtime.getURL(`background/${name}.js`), { type: 'module' });
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (data instanceof Uint8Array) resolve(data);
        else reject(new CodedError('internal', name));
      });
      worker.addEventListener('error', () => reject(new CodedError('internal', name)));
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
      worker.postMessage(job);
    });
  } finally {
    worker.terminate();
  }
}
