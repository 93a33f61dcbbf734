import * as v from 'valibot';
import { toBase64Url, utf8, fromBase64Url } from '../domain/bytes.ts';
import { hmacSha256, randomBytes } from '../domain/sodium.ts';
import type { SpaceDatabase } from './ports.ts';
import { serial } from './serial.ts';
import { storeError } from './store-error.ts';

/** Under which a database remembers what it has erased. `_local` documents are never replicated. */
const recordId = '_local/gone';

const recordSchema = v.looseObject({
  _rev: v.string(),
  key: v.string(),
  gone: v.array(v.string()),
});

const markBytes = 16;

/**
 * What was erased from a database for good, by an HMAC of each id under a key of the database's own: who
 * reads the disk learns of a document only whether it is among these, if they have it already.
 */
export class GoneSet {
  readonly #db: SpaceDatabase;
  #key: Uint8Array;
  #rev: string | undefined;
  readonly #marks: Set<string>;
  readonly #oneByOne = serial();

  static async open(db: SpaceDatabase): Promise<GoneSet> {
    const found: unknown = await db.get(recordId).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      return storeError(error);
    });
    const record = v.safeParse(recordSchema, found);
    const key = record.success ? fromBase64Url(record.output.key) : undefined;
    if (!record.success || !key?.ok) return new GoneSet(db, randomBytes(32), undefined, []);
    return new GoneSet(db, key.value, record.output._rev, record.output.gone);
  }

  private constructor(
    db: SpaceDatabase,
    key: Uint8Array,
    rev: string | undefined,
    marks: readonly string[],
  ) {
    this.#db = db;
    this.#key = key;
    this.#rev = rev;
    this.#marks = new Set(marks);
  }

  get isEmpty(): boolean {
    return this.#marks.size === 0;
  }

  has(id: string): boolean {
    return this.#marks.size > 0 && this.#marks.has(this.#markOf(id));
  }

  /** Durable when it resolves. */
  add(ids: readonly string[]): Promise<void> {
    return this.#oneByOne(async () => {
      const marks = ids.map((id) => this.#markOf(id)).filter((mark) => !this.#marks.has(mark));
      if (marks.length === 0) return;
      const gone = [...this.#marks, ...marks].toSorted();
      const record = { _id: recordId, key: toBase64Url(this.#key), gone };
      const known = this.#rev === undefined ? {} : { _rev: this.#rev };
      const { rev } = await this.#db.put({ ...record, ...known }).catch(storeError);
      this.#rev = rev;
      for (const mark of marks) this.#marks.add(mark);
    });
  }

  #markOf(id: string): string {
    return toBase64Url(hmacSha256(this.#key, utf8(id)).subarray(0, markBytes));
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status' in error && error.status === 404;
}

/**
 * From now on the database says of what is gone that it isn't missing, and takes it without keeping it:
 * whoever brings it has done their part, and won't try for ever.
 */
export function passOverGone(db: SpaceDatabase, gone: GoneSet): void {
  const plain = { bulkDocs: db.bulkDocs.bind(db), revsDiff: db.revsDiff.bind(db) };
  const isHere = ({ _id: id }: { _id?: string | undefined }) => id === undefined || !gone.has(id);
  Object.assign(db, {
    // PouchDB calls itself with a callback here, which goes through.
    revsDiff: (asked: Record<string, string[]>, ...rest: []) =>
      plain.revsDiff(
        gone.isEmpty
          ? asked
          : Object.fromEntries(Object.entries(asked).filter(([_id]) => isHere({ _id }))),
        ...rest,
      ),
    bulkDocs: (request: Documents | { docs: Documents }, ...rest: []) => {
      if (gone.isEmpty) return plain.bulkDocs(request as Documents, ...rest);
      const kept = Array.isArray(request)
        ? request.filter(isHere)
        : { ...request, docs: request.docs.filter(isHere) };
      return plain.bulkDocs(kept as Documents, ...rest);
    },
  });
}

type Documents = { _id?: string | undefined }[];
