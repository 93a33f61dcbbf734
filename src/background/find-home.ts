import { CodedError } from '../protocol/codes.ts';
import type { StorageMode } from '../protocol/page-calls.ts';

/** What is known when a home must be found. */
export interface HomeFacts {
  /** Where the person's databases were begun; `undefined` for somebody new. */
  readonly begun: StorageMode | undefined;
  readonly indexedDb: boolean;
  readonly host: boolean;
  /** Another running browser has this profile's data: it is a copy of ours, or we of it. */
  readonly inUse: boolean;
  /** Nothing is to be on the disk, by the person's choice. */
  readonly keepsNothing: boolean;
}

/**
 * Where the databases are, or the reason why they can't be opened now. Somebody who has begun in one
 * place stays there: beginning anew elsewhere would fork their chains. Only what was held in memory
 * moves out, as soon as there is a better place. Of two browsers with the same profile the second opens
 * nothing, not even its own databases: the same chains would grow in both and could never be one again. Who keeps nothing
 * has no data that another could have.
 */
export function findHome(facts: HomeFacts): StorageMode | CodedError {
  const { begun, indexedDb, host, inUse, keepsNothing } = facts;
  if (keepsNothing) return 'memory';
  if (inUse) return new CodedError('data-in-use');
  if (begun === 'indexeddb' && !indexedDb) return new CodedError('storage-elsewhere');
  if (begun === 'native' && !host) return new CodedError('host-missing');
  if (begun === 'indexeddb' || begun === 'native') return begun;
  if (indexedDb) return 'indexeddb';
  return host ? 'native' : 'memory';
}
