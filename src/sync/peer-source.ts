import { CodedError } from '../protocol/codes.ts';
import type { Since } from '../store/documents.ts';
import type { StoredDocument } from '../store/ports.ts';
import type { Change, PeerClient } from './peer-client.ts';
import { createPortions } from './portions.ts';

/**
 * A friend's space as PouchDB's replicator sees a database to read from. PouchDB's own HTTP adapter would do
 * with an honest peer; from another it takes answers of any shape, size and number, and an odd one
 * throws where nobody catches. It also asks for things we know, and over Tor it is requests that cost:
 * one new document takes it seven requests, and this two.
 *
 * @param id names this source in checkpoints: the friend's uuid and the space
 */
export function peerSource(client: PeerClient, space: string, id: string): object {
  let endReached: Since | undefined;
  let documentsSeen = 0;
  /** Asked for already, and for a later portion. */
  let rest: { readonly after: Since; readonly rows: readonly Change[] } | undefined;
  const portions = createPortions();

  const page = async (since: Since, limit: number): Promise<{ rows: Change[]; last: Since }> => {
    if (rest?.after === since) return portion(rest.rows);
    // After a page that wasn't full there is nothing left; PouchDB asks once more to be sure.
    if (endReached !== undefined) return { rows: [], last: endReached };
    const { rows, last } = await client.changes(space, since, limit);
    documentsSeen += rows.length;
    if (documentsSeen > documentsPerPull) throw new CodedError('too-many', 'changes');
    if (rows.length < limit) endReached = rows.at(-1)?.seq ?? last;
    return rows.length === 0 ? { rows, last } : portion(rows);
  };

  const portion = (all: readonly Change[]): { rows: Change[]; last: Since } => {
    const rows = portions.first(all);
    const last = rows.at(-1)?.seq ?? 0;
    rest = rows.length < all.length ? { after: last, rows: all.slice(rows.length) } : undefined;
    return { rows, last };
  };

  return {
    ...noDatabase,
    id: async () => id,
    changes: ({ since, limit }: { since: Since; limit: number }) =>
      changesFeed(() => page(since, limit)),
    async bulkGet({ docs }: { docs: { id: string; rev: string }[] }) {
      const found = await client.documents(space, docs);
      portions.weigh(found);
      return { results: found.map(inBulkGetForm) };
    },
  };
}

/** More than anyone writes between two pulls; whoever offers more is flooding us. */
const documentsPerPull = 1_000_000;

function inBulkGetForm(document: StoredDocument) {
  // At the sight of attachments the replicator would go and fetch them. Without, the field is left for
  // the door to refuse.
  const ok = '_attachments' in document ? { ...document, _attachments: undefined } : document;
  return { id: document._id, docs: [{ ok }] };
}

/** What the replicator wants of a database besides documents: it is told of no deletion and keeps no task list. */
const noDatabase = {
  adapter: 'network25',
  once: () => undefined,
  removeListener: () => undefined,
  info: async () => ({ db_name: '', update_seq: 0 }),
  activeTasks: {
    add: () => '',
    get: () => undefined,
    update: () => undefined,
    remove: () => undefined,
  },
};

type OnChange = (change: object, pending: undefined, last: Since) => void;

/** One page in the manner of `db.changes()`: each row to the listeners, then the promise of all. */
function changesFeed(load: () => Promise<{ rows: Change[]; last: Since }>): Promise<object> {
  const listeners: OnChange[] = [];
  let cancelled = false;
  const done = Promise.resolve()
    .then(load)
    .then(({ rows, last }) => {
      const results = rows.map(({ id, seq, revisions }) => ({
        id,
        seq,
        changes: revisions.map((rev) => ({ rev })),
      }));
      for (const change of results) {
        if (!cancelled) for (const listener of listeners) listener(change, undefined, last);
      }
      return { results, last_seq: last };
    });
  const feed = Object.assign(done, {
    on(event: string, listener: OnChange) {
      if (event === 'change') listeners.push(listener);
      return feed;
    },
    cancel() {
      cancelled = true;
    },
  });
  return feed;
}
