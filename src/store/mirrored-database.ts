import * as v from 'valibot';
import { CodedError } from '../protocol/codes.ts';
import { readDocuments, storeDocuments } from './documents.ts';
import type { SessionArea, SpaceDatabase, StoredDocument } from './ports.ts';
import { serial } from './serial.ts';
import { itemsUnder, setItems } from './session-items.ts';

const documentItem = v.strictObject({
  /** The place in the order of arrival, so that sequence numbers are the same after a reload. */
  n: v.number(),
  document: v.looseObject({ _id: v.string(), _rev: v.string() }),
});
const localItem = v.looseObject({ _id: v.string() });

export interface Mirror {
  /** Takes these documents out of the area, and their content out of memory. */
  erase(ids: readonly string[]): Promise<void>;
}

/**
 * Makes a fresh in-memory PouchDB the image of what the session area holds under `prefix`, and
 * from then on writes there first whatever is written to it. So the database survives the
 * suspension of the event page, and a full area refuses the write without losing anything.
 *
 * Takes immutable documents (`new_edits: false`) and `_local` ones (checkpoints), nothing else.
 */
export async function mirror(
  db: SpaceDatabase,
  area: SessionArea,
  prefix: string,
): Promise<Mirror> {
  const documents = `${prefix}d/`;
  const locals = `${prefix}l/`;
  let next = await reload(db, area, documents, locals);

  const oneByOne = serial();
  const plain = {
    bulkDocs: db.bulkDocs.bind(db),
    put: db.put.bind(db),
    changes: db.changes.bind(db),
  };

  const bulkDocs = (
    request: StoredDocument[] | { docs: StoredDocument[]; new_edits?: boolean },
    options?: { new_edits?: boolean },
  ) =>
    oneByOne(async () => {
      const given = Array.isArray(request) ? request : request.docs;
      const newEdits = Array.isArray(request) ? options?.new_edits : request.new_edits;
      if (newEdits !== false) throw new CodedError('malformed', 'documents are immutable');
      const byId = new Map(given.map((document) => [document._id, document]));
      const missing = await db.revsDiff(
        Object.fromEntries([...byId.values()].map(({ _id, _rev }) => [_id, [_rev]])),
      );
      const fresh = [...byId.values()]
        .filter(({ _id }) => Object.hasOwn(missing, _id))
        .toSorted(byIdAscending);
      if (fresh.length === 0) return [];
      const items = fresh.map((document, at) => [
        documents + document._id,
        { n: next + at, document },
      ]);
      await setItems(area, Object.fromEntries(items));
      next += fresh.length;
      return plain.bulkDocs(fresh, { new_edits: false });
    });

  const put = async (document: PouchDB.Core.PutDocument<object>) => {
    if (document._id?.startsWith('_local/') !== true) {
      throw new CodedError('malformed', 'documents are immutable');
    }
    const answer = await plain.put(document);
    await setItems(area, { [locals + document._id]: document });
    return answer;
  };

  // What stands in an erased document's place is nobody else's business: it would erase theirs.
  const changes = (options: PouchDB.Core.ChangesOptions, ...rest: []) =>
    plain.changes({ ...options, filter: isThere }, ...rest);

  Object.assign(db, { bulkDocs, put, changes });

  return {
    erase: (ids) =>
      oneByOne(async () => {
        await area.remove(ids.map((id) => documents + id));
        const there = await readDocuments(db, ids);
        if (there.length === 0) return;
        // The adapter can't forget a document, but it drops the content of one that another revision follows.
        const stubs = there.map(({ _id, _rev }) => {
          const hash = _rev.slice(_rev.indexOf('-') + 1);
          const history = { _revisions: { start: 2, ids: [stubHash, hash] } };
          return { _id, _rev: `2-${stubHash}`, _deleted: true, ...history };
        });
        await plain.bulkDocs(stubs, { new_edits: false });
        await db.compact();
      }),
  };
}

function isThere(document: object): boolean {
  return !('_deleted' in document);
}

/** Of the revision that takes an erased document's place in memory. */
const stubHash = '0'.repeat(32);

/** Answers with the next free place in the order of arrival. */
async function reload(
  db: SpaceDatabase,
  area: SessionArea,
  documents: string,
  locals: string,
): Promise<number> {
  const kept = (await itemsUnder(area, documents))
    .flatMap(([, item]) => (v.is(documentItem, item) ? [item] : []))
    .toSorted((a, b) => a.n - b.n);
  for (const run of ascendingRuns(kept.map(({ document }) => document))) {
    await storeDocuments(db, run);
  }
  for (const [, item] of await itemsUnder(area, locals)) {
    if (!v.is(localItem, item)) continue;
    const { _rev: _, ...fresh } = item;
    await db.put(fresh);
  }
  return (kept.at(-1)?.n ?? -1) + 1;
}

/** PouchDB stores a batch in this order, whatever order it comes in. */
function byIdAscending(a: StoredDocument, b: StoredDocument): number {
  return a._id < b._id ? -1 : 1;
}

/** Cuts a list into as few batches as PouchDB will store in just this order. */
function ascendingRuns(documents: readonly StoredDocument[]): StoredDocument[][] {
  const runs: StoredDocument[][] = [];
  let previous: StoredDocument | undefined;
  for (const document of documents) {
    const run = runs.at(-1);
    if (run && previous && byIdAscending(previous, document) < 0) run.push(document);
    else runs.push([document]);
    previous = document;
  }
  return runs;
}
