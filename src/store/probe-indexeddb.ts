import type { Clock } from './clock.ts';

const name = 'network25-probe';
const table = 'probe';

const patience = 5_000;

/**
 * Whether this browser really lets us keep databases: opens one, writes, reads back and deletes it.
 * Asking is no use: Tor Browser has `indexedDB` and refuses every database when it comes to it. Never
 * rejects; silence for five seconds counts as no.
 */
export async function probeIndexedDb(
  factory: IDBFactory | undefined,
  clock: Clock,
): Promise<boolean> {
  if (factory === undefined) return false;
  let stop = () => {};
  const silence = new Promise<boolean>((resolve) => {
    stop = clock.after(patience, () => resolve(false));
  });
  try {
    return await Promise.race([writeAndRead(factory), silence]);
  } catch {
    return false;
  } finally {
    stop();
  }
}

async function writeAndRead(factory: IDBFactory): Promise<boolean> {
  const opening = factory.open(name, 1);
  opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(table));
  const db = await settled(opening);
  try {
    const store = db.transaction(table, 'readwrite').objectStore(table);
    store.put('here', 'key');
    return (await settled(store.get('key'))) === 'here';
  } finally {
    db.close();
    await settled(factory.deleteDatabase(name));
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('refused')));
  });
}
