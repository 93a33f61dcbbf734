import type { StoredDocument } from '../../../src/domain/document/envelope.ts';
import type { HostDatabase } from '../../store/database.ts';
import type { HostStore } from '../../store/store.ts';
import { insufficientStorage } from '../messages/http-error.ts';

export interface QuotaLimits {
  /** What others may bring into one database, all together. */
  readonly spaceBytes: number;
  /** What one of them may bring into all. */
  readonly peerBytes: number;
}

/** What others may have us keep on our disk. The owner's own writes are never counted, nor refused. */
export interface Quotas {
  /**
   * Runs the write if what it brings has room, and counts it. Throws 507 before anything is written if it has
   * not; what fails takes no room.
   */
  store<T>(
    database: HostDatabase,
    peer: string,
    documents: readonly StoredDocument[],
    write: () => Promise<T>,
  ): Promise<T>;
}

/**
 * Bytes of JSON are counted as they come, also of what was there before: counting exactly would cost
 * a look at each. So before anybody is refused, the disk is asked how much there really is.
 */
export function createQuotas(store: HostStore, limits: QuotaLimits): Quotas {
  const { usage } = store;
  const lookAtDisk = async (names: readonly string[]): Promise<void> => {
    for (const name of names) {
      const counted = store.database(name);
      if (counted) usage.shrink(counted, await counted.bytesOnDisk());
    }
  };
  const refuse = (which: 'space' | 'peer'): never => {
    throw insufficientStorage(
      which === 'space'
        ? `This database takes ${limits.spaceBytes} bytes from others, and is full; nothing was stored.`
        : `You may bring ${limits.peerBytes} bytes in all, and have; nothing was stored.`,
    );
  };
  return {
    async store(space, peer, documents, write) {
      const bytes = documents.reduce((all, document) => all + sizeOf(document), 0);
      const spaceIsFull = () => usage.inDatabase(space) + bytes > limits.spaceBytes;
      const peerIsFull = () => usage.byPeer(peer) + bytes > limits.peerBytes;
      if (spaceIsFull()) await lookAtDisk([space.name]);
      if (peerIsFull()) await lookAtDisk(usage.databasesOf(peer));
      // From the check to the count nothing is waited for: what comes at the same time finds less room.
      if (spaceIsFull()) refuse('space');
      if (peerIsFull()) refuse('peer');
      usage.add(space, peer, bytes);
      try {
        return await write();
      } catch (error) {
        usage.add(space, peer, -bytes);
        throw error;
      }
    },
  };
}

/** As it is stored, or nearly. */
export const sizeOf = (document: StoredDocument): number =>
  Buffer.byteLength(JSON.stringify(document));
