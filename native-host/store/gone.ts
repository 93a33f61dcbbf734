import { createHmac, randomBytes } from 'node:crypto';
import type { Operation } from 'leveldown';
import { goneKey } from './layout.ts';
import type { Level } from './level.ts';

/**
 * What has been erased here and must not come back: replication would bring it again from whoever still has
 * it. Kept under a key of the database's own, so that its files name no document that is gone; only who
 * knows an id can ask for it.
 */
export interface Gone {
  /** Those of these that are gone. */
  among(level: Level, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** What to write so that these are gone from then on. */
  marking(level: Level, ids: readonly string[]): Promise<Operation[]>;
  /** What to write so that these may be here again. */
  unmarking(level: Level, ids: readonly string[]): Promise<Operation[]>;
}

const secretKey = goneKey('');

export function createGone(): Gone {
  /** Read once: it never changes, and there is none as long as nothing was erased. */
  let secret: Promise<string | undefined> | undefined;
  const read = async (level: Level): Promise<string | undefined> => {
    secret ??= level.getMany([secretKey]).then(([found]) => found);
    try {
      return await secret;
    } catch (error) {
      secret = undefined;
      throw error;
    }
  };
  return {
    async among(level, ids) {
      const key = await read(level);
      if (key === undefined) return new Set();
      const found = await level.getMany(ids.map((id) => nameOf(key, id)));
      return new Set(ids.filter((_, index) => found[index] !== undefined));
    },
    async marking(level, ids) {
      const key = (await read(level)) ?? randomBytes(32).toString('hex');
      secret = Promise.resolve(key);
      // Again each time: the write that was to bring it may have failed.
      return [put(secretKey, key), ...ids.map((id) => put(nameOf(key, id), ''))];
    },
    async unmarking(level, ids) {
      const key = await read(level);
      return key === undefined ? [] : ids.map((id) => ({ type: 'del', key: nameOf(key, id) }));
    },
  };
}

const put = (key: string, value: string): Operation => ({ type: 'put', key, value });

function nameOf(secret: string, id: string): string {
  return goneKey(createHmac('sha256', secret).update(id).digest('hex'));
}
