import { asBytes } from '../bytes.ts';
import {
  readKeys,
  readRange,
  type KeyRow,
  type RangeOptions,
  type Row,
  type RowOptions,
} from './all-docs.ts';
import { readData } from './attachments.ts';
import { readChanges, type ChangesOptions, type ChangesPage } from './changes.ts';
import {
  readDocuments,
  type DocumentAnswer,
  type DocumentRequest,
  type Extras,
} from './documents.ts';
import { eraseDocuments, type Leaves } from './erase.ts';
import { StoreError } from './errors.ts';
import { createGone } from './gone.ts';
import { revsLimitKey, type Attachment, type Document } from './layout.ts';
import { createLocalDocuments } from './local-documents.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import type { Pool } from './pool.ts';
import { defaultRevsLimit, type OpenDatabase } from './pouch.ts';
import { readRevsDiff, type Missing } from './revs-diff.ts';
import { createStaging, type Staging } from './staging-room.ts';
import type { Updates } from './updates.ts';
import { createWriteQueue } from './write-queue.ts';
import { writeDocuments, type NewDocument, type WriteResult } from './write.ts';

export interface DatabaseInfo {
  /** Living documents. */
  readonly documents: number;
  readonly updateSeq: number;
}

/** One database. Every call opens it if it was closed; expected refusals are thrown as `StoreError`. */
export interface HostDatabase extends Staging {
  readonly name: string;
  /** Random, new at each creation; sequence numbers mean nothing in another incarnation. */
  readonly incarnation: string;
  info(): Promise<DatabaseInfo>;
  changes(options: ChangesOptions): Promise<ChangesPage>;
  documents(requests: readonly DocumentRequest[], extras: Extras): Promise<DocumentAnswer[][]>;
  /** The bytes of an attachment that a document named. */
  attachment(attachment: Attachment): Promise<Uint8Array>;
  range(options: RangeOptions): Promise<Row[]>;
  keys(keys: readonly string[], options: RowOptions): Promise<KeyRow[]>;
  revsDiff(asked: ReadonlyMap<string, readonly string[]>): Promise<Map<string, Missing>>;
  /**
   * Write documents in one atomic step. With `newEdits` each gets a new revision on top of its `_rev`
   * and every outcome is returned; without, revisions are kept as they are and only failures are.
   * @param by the peer who brings them, to whom they are no news
   */
  write(documents: readonly NewDocument[], newEdits: boolean, by?: string): Promise<WriteResult[]>;
  getLocal(id: string): Promise<Document | undefined>;
  /** Put a `_local/` document, or remove it with `_deleted`; its new revision. */
  putLocal(document: NewDocument): Promise<string>;
  /** How many `_local/` ids begin so, counting to `most`. */
  countLocal(idPrefix: string, most: number): Promise<number>;
  /** All `_local/` documents whose ids begin so. */
  locals(idPrefix: string): Promise<Document[]>;
  /**
   * Erase these documents with all their revisions, or only those whose leaves are exactly among the revisions given;
   * `forGood`: they don't come back, from whoever brings them, until somebody makes them anew here. When it
   * resolves nothing of them is in the files. Returns the leaves that were erased, by id.
   */
  erase(
    asked: ReadonlyMap<string, Leaves>,
    options: { readonly forGood: boolean },
  ): Promise<Map<string, string[]>>;
  /** How many generations of each document are remembered. */
  revsLimit(): Promise<number>;
  /** From the next change of each document on. */
  setRevsLimit(limit: number): Promise<void>;
  compact(): Promise<void>;
  bytesOnDisk(): Promise<number>;
}

export interface DatabaseParts {
  readonly name: string;
  readonly incarnation: string;
  readonly pool: Pool;
  readonly updates: Updates;
  readonly bytesOnDisk: () => Promise<number>;
  /** Whether this is still the database of that name: it may have been deleted, and made again. */
  readonly isCurrent: (database: HostDatabase) => boolean;
}

export function createDatabase(parts: DatabaseParts): HostDatabase {
  const { name, incarnation, pool, updates, bytesOnDisk } = parts;
  const check = (): void => {
    if (!parts.isCurrent(database)) {
      throw new StoreError(404, 'not_found', 'Database does not exist.');
    }
  };
  const use = <T>(task: (open: OpenDatabase) => Promise<T>): Promise<T> =>
    pool.use(name, check, task);
  const useToWrite = <T>(task: (open: OpenDatabase) => Promise<T>): Promise<T> =>
    pool.use(name, check, task, true);
  const gone = createGone();
  const locals = createLocalDocuments();
  const oneAtATime = createOneAtATime();
  const write = createWriteQueue((documents, newEdits, by) =>
    oneAtATime(() =>
      useToWrite(async (open) => {
        const before = open.counts.sequence;
        try {
          return await writeDocuments(open, gone, documents, newEdits);
        } finally {
          if (open.counts.sequence !== before) updates.touch(name, 'updated', by);
        }
      }),
    ),
  );
  const erase: HostDatabase['erase'] = async (asked, { forGood }) => {
    const erased = await oneAtATime(() =>
      useToWrite((open) => eraseDocuments(open, gone, asked, forGood)),
    );
    await useToWrite(({ level }) => level.compact());
    return erased;
  };
  const database: HostDatabase = {
    name,
    incarnation,
    bytesOnDisk,
    info: () =>
      use(({ counts }) =>
        Promise.resolve({ documents: counts.living, updateSeq: counts.sequence }),
      ),
    changes: (options) => use(({ level }) => readChanges(level, options)),
    documents: (requests, extras) => use(({ level }) => readDocuments(level, requests, extras)),
    attachment: (attachment) =>
      use(async ({ level }) => {
        const [data] = await readData(level, [attachment]);
        return data ? asBytes(data) : new Uint8Array();
      }),
    range: (options) => use(({ level }) => readRange(level, options)),
    keys: (keys, options) => use(({ level }) => readKeys(level, keys, options)),
    revsDiff: (asked) =>
      use(async ({ level }) => {
        const erased = await gone.among(level, [...asked.keys()]);
        return readRevsDiff(level, new Map([...asked].filter(([id]) => !erased.has(id))));
      }),
    write,
    erase,
    ...createStaging({
      use,
      useToWrite,
      oneAtATime,
      write,
      gone,
      changed: (by) => updates.touch(name, 'updated', by),
    }),
    getLocal: (id) => use(({ level }) => locals.get(level, id)),
    putLocal: (document) => useToWrite(({ level }) => locals.put(level, document)),
    countLocal: (idPrefix, most) => use(({ level }) => locals.count(level, idPrefix, most)),
    locals: (idPrefix) => use(({ level }) => locals.list(level, idPrefix)),
    revsLimit: () =>
      use(async ({ level }) => {
        const [limit] = await level.getMany([revsLimitKey]);
        return limit === undefined ? defaultRevsLimit : Number(limit);
      }),
    async setRevsLimit(limit) {
      await useToWrite(({ level }) =>
        level.write([{ type: 'put', key: revsLimitKey, value: String(limit) }]),
      );
      // PouchDB knows it from when it opened.
      await pool.close(name);
    },
    compact: () =>
      useToWrite(async ({ pouch, level }) => {
        await pouch.compact();
        await level.compact();
      }),
  };
  return database;
}
