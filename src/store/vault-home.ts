import { CodedError } from '../protocol/codes.ts';
import type { SessionArea, SpaceDatabase } from './ports.ts';
import { behindFetch } from './pouch.ts';
import { itemsUnder, setItems } from './session-items.ts';
import { storeError } from './store-error.ts';

/** The vault's database; no space is ever called so. */
export const vaultDatabase = 'vault';

/** A sealed entry as it is kept: `id` is a keyed hash of its name, `c` the ciphertext. */
interface SealedEntry {
  readonly id: string;
  readonly c: string;
}

/** Where the vault's sealed entries lie. It has one writer, and one write at a time. */
export interface VaultHome {
  load(): Promise<SealedEntry[]>;
  /** All of it in one write; entries without `c` are removed. */
  write(changes: readonly { id: string; c?: string }[]): Promise<void>;
}

/** The vault as documents of a PouchDB (`{_id, c}`): the host's own database, or one in IndexedDB. */
export function databaseVaultHome(db: SpaceDatabase): VaultHome {
  const revisions = new Map<string, string>();
  return {
    async load() {
      const all = await db.allDocs<{ c?: unknown }>({ include_docs: true }).catch(storeError);
      const entries: SealedEntry[] = [];
      for (const { id, value, doc } of all.rows) {
        revisions.set(id, value.rev);
        entries.push({ id, c: typeof doc?.c === 'string' ? doc.c : '' });
      }
      // What was replaced is neither to grow nor to be found on a disk taken later. IndexedDB is
      // compacted with each write; the host's takes its time, and nobody waits for it.
      if ('adapter' in db && db.adapter === behindFetch) db.compact().catch(() => undefined);
      return entries;
    },
    async write(changes) {
      const answers = await db
        .bulkDocs<object>(
          // What isn't there needs no removing; a tombstone without a revision would be a conflict.
          changes
            .filter(({ id, c }) => c !== undefined || revisions.has(id))
            .map(({ id, c }) => {
              const _rev = revisions.get(id);
              const known = _rev === undefined ? { _id: id } : { _id: id, _rev };
              return c === undefined ? { ...known, _deleted: true } : { ...known, c };
            }),
        )
        .catch(storeError);
      for (const answer of answers) {
        if ('error' in answer) {
          // Nobody but us writes here: a conflict means that another browser does.
          if (answer.status === 409) throw new CodedError('data-in-use', 'vault');
          storeError(answer);
        } else if (answer.id !== undefined && answer.rev !== undefined) {
          revisions.set(answer.id, answer.rev);
        }
      }
    },
  };
}

const prefix = 'vault/';

/** The vault in the session area: gone with the browser, like everything in memory mode. */
export function sessionVaultHome(area: SessionArea): VaultHome {
  return {
    async load() {
      const items = await itemsUnder(area, prefix);
      return items.flatMap(([id, c]) => (typeof c === 'string' ? [{ id, c }] : []));
    },
    async write(changes) {
      // Setting is all or nothing, removing is a second call: what goes is first set to nothing.
      await setItems(
        area,
        Object.fromEntries(changes.map(({ id, c }) => [prefix + id, c ?? null])),
      );
      const removed = changes.filter(({ c }) => c === undefined).map(({ id }) => prefix + id);
      if (removed.length > 0) await area.remove(removed);
    },
  };
}
