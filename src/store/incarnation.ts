import type { Since } from './documents.ts';
import type { SpaceDatabase } from './ports.ts';
import { storeError } from './store-error.ts';

/**
 * Which making of a database this is: a position in another one says nothing here.
 *
 * @param position in it; without one it is asked for
 */
export async function incarnationOf(db: SpaceDatabase, position?: Since): Promise<string> {
  const at = position ?? (await db.info().catch(storeError)).update_seq;
  // The host's positions name it; a database in the browser has an id of its own.
  return typeof at === 'string' ? at.slice(at.indexOf('-')) : db.id();
}
