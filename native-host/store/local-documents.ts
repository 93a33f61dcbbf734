import { StoreError, writeConflict } from './errors.ts';
import { decodeDocument, type Document, localIdsEnd, localKey } from './layout.ts';
import type { Level } from './level.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import type { NewDocument } from './write.ts';

/** Ids begin with `_local/`. */
export interface LocalDocuments {
  get(level: Level, id: string): Promise<Document | undefined>;
  /** Its new revision. Throws StoreError, as CouchDB would answer. */
  put(level: Level, document: NewDocument): Promise<string>;
  /** How many ids begin so, counting to `most`. */
  count(level: Level, idPrefix: string, most: number): Promise<number>;
  /** All whose ids begin so. */
  list(level: Level, idPrefix: string): Promise<Document[]>;
}

/** A replicator asks for its checkpoint again before it writes the next. */
const mostKnown = 16;
const mostCharacters = 2_048;

/**
 * The `_local/` documents of one database, where replicators keep how far they got, by PouchDB's rules and in its
 * form. What was lately read or written is known without asking LevelDB: nobody else writes them.
 */
export function createLocalDocuments(): LocalDocuments {
  const oneAtATime = createOneAtATime();
  /** Their text, least recently used first. */
  const known = new Map<string, string | undefined>();
  const know = (id: string, text: string | undefined): void => {
    known.delete(id);
    if (text === undefined || text.length <= mostCharacters) known.set(id, text);
    const [oldest] = known.keys();
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
  };
  const read = async (level: Level, id: string): Promise<string | undefined> => {
    if (known.has(id)) return known.get(id);
    const [text] = await level.getMany([localKey(id)]);
    return text;
  };
  const write = async (level: Level, document: NewDocument): Promise<string> => {
    const { _id: id = '', _rev: before, _deleted: isRemoved, _revisions: _, ...fields } = document;
    const text = await read(level, id);
    if (isRemoved === true && text === undefined) throw new StoreError(404, 'not_found', 'missing');
    const current = text === undefined ? undefined : decodeDocument(text)._rev;
    if (current !== before) throw writeConflict();
    const rev = isRemoved === true ? '0-0' : next(before);
    const after =
      isRemoved === true ? undefined : JSON.stringify({ ...fields, _id: id, _rev: rev });
    // Should the write fail, nobody knows what is there.
    known.delete(id);
    const key = localKey(id);
    await level.write([
      after === undefined ? { type: 'del', key } : { type: 'put', key, value: after },
    ]);
    know(id, after);
    return rev;
  };
  return {
    // In turn: what is read beside a write would be kept after it.
    get: (level, id) =>
      oneAtATime(async () => {
        const text = await read(level, id);
        know(id, text);
        return text === undefined ? undefined : decodeDocument(text);
      }),
    put: (level, document) => oneAtATime(() => write(level, document)),
    async count(level, idPrefix, most) {
      let count = 0;
      for await (const _ of level.scan({ ...beginningWith(idPrefix), limit: most })) count += 1;
      return count;
    },
    async list(level, idPrefix) {
      const found: Document[] = [];
      for await (const { value } of level.scan(beginningWith(idPrefix))) {
        found.push(decodeDocument(value));
      }
      return found;
    },
  };
}

const beginningWith = (idPrefix: string) => ({
  gte: localKey(idPrefix),
  lt: localIdsEnd(idPrefix),
});

function next(rev: string | undefined): string {
  return rev === undefined ? '0-1' : `0-${Number.parseInt(rev.split('-')[1] ?? '', 10) + 1}`;
}
