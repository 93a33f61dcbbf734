import { describe, expect, it } from 'vitest';
import { probeIndexedDb } from '../../src/store/probe-indexeddb.ts';
import { FakeClock } from '../sync/fake-clock.ts';

/** As Tor Browser has it: there, and refusing every database. */
function refusing(open: () => IDBOpenDBRequest): IDBFactory {
  const unused = () => {
    throw new Error('not used');
  };
  return { open, deleteDatabase: unused, databases: unused, cmp: unused };
}

describe('asking whether IndexedDB may be used', () => {
  const clock = new FakeClock();

  it('is no where there is none', async () => {
    expect(await probeIndexedDb(undefined, clock)).toBe(false);
  });

  it('is no where opening throws', async () => {
    const factory = refusing(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
    expect(await probeIndexedDb(factory, clock)).toBe(false);
  });

  it('is no where opening fails', async () => {
    const factory = refusing(() => {
      const request = Object.assign(new EventTarget(), {
        error: new DOMException('A mutation operation was attempted', 'InvalidStateError'),
      });
      queueMicrotask(() => request.dispatchEvent(new Event('error')));
      return request as unknown as IDBOpenDBRequest;
    });
    expect(await probeIndexedDb(factory, clock)).toBe(false);
  });

  it('is no where nothing ever answers', async () => {
    const factory = refusing(() => new EventTarget() as IDBOpenDBRequest);
    const answer = probeIndexedDb(factory, clock);
    await clock.pass(5_000);
    expect(await answer).toBe(false);
  });
});
