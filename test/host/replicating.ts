import httpAdapter from 'pouchdb-adapter-http';
import memoryAdapter from 'pouchdb-adapter-memory';
import PouchDB from 'pouchdb-core';
import replication from 'pouchdb-replication';

PouchDB.plugin(httpAdapter);
PouchDB.plugin(memoryAdapter);
PouchDB.plugin(replication);

/** What PouchDB's replicator returns, as far as tests look. */
export interface Outcome {
  readonly docs_written: number;
  readonly doc_write_failures: number;
  readonly errors: readonly { readonly reason?: string }[];
}

export interface Running extends Promise<Outcome> {
  on(event: string, heard: (event: unknown) => void): void;
  cancel(): void;
}

export interface Replicating extends PouchDB.Database {
  readonly replicate: {
    to(other: unknown, options?: object): Running;
    from(other: unknown, options?: object): Running;
  };
  sync(other: unknown, options?: object): Running;
}

let count = 0;

/** An empty PouchDB in memory. */
export function inMemory(): Replicating {
  return new PouchDB(`memory-${(count += 1)}`, { adapter: 'memory' }) as Replicating;
}

/** A database at some server, seen by PouchDB; made when it isn't there. */
export function atServer(port: number, name: string): Replicating {
  return new PouchDB(`http://127.0.0.1:${port}/${name}`, { adapter: 'http' }) as Replicating;
}

interface Changed {
  readonly id: string;
  readonly changes: readonly { readonly rev: string }[];
}

/**
 * Everything replication keeps equal: of each document every leaf with its history, its fields and its
 * attachments. What each server decides for itself is left out.
 */
export async function contents(database: PouchDB.Database): Promise<Record<string, unknown>> {
  const { results } = (await database.changes({ style: 'all_docs', since: 0 })) as {
    results: Changed[];
  };
  const asked = results.flatMap(({ id, changes }) => changes.map(({ rev }) => ({ id, rev })));
  const got = await database.bulkGet({ docs: asked, revs: true, attachments: true });
  const leaves = got.results.flatMap(({ docs }) => docs.map((doc) => leafOf(doc)));
  return Object.fromEntries(leaves.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function leafOf(result: object): [name: string, leaf: unknown] {
  if (!('ok' in result)) return ['missing', result];
  const {
    _id: id,
    _rev: rev,
    _attachments: attachments,
    ...leaf
  } = result.ok as {
    _id: string;
    _rev: string;
    _attachments?: Record<string, { content_type: string; data: string | Buffer }>;
  };
  const files = Object.entries(attachments ?? {}).map(([name, { content_type: type, data }]) => [
    name,
    type,
    typeof data === 'string' ? data : data.toString('base64'),
  ]);
  return [`${id} ${rev}`, { ...leaf, files }];
}

/** Documents of every kind a replicator meets: edited, in conflict, deleted, deleted in conflict, with files. */
export async function fill(database: PouchDB.Database, name: string): Promise<void> {
  const id = (kind: string): string => `${name} ${kind}/Ω`;
  const many = Array.from({ length: 120 }, (_, index) => ({ _id: id(`n${index}`), n: index }));
  await database.bulkDocs(many);
  const edited = await database.put({ _id: id('edited'), version: 1 });
  await database.put({
    _id: id('edited'),
    _rev: edited.rev,
    version: 2,
    nested: { list: [1, null] },
  });
  await database.remove(await database.get(id('n7')));
  await database.bulkDocs(
    [
      { _id: id('split'), _rev: '2-b', _revisions: { start: 2, ids: ['b', 'a'] }, side: 'left' },
      { _id: id('split'), _rev: '2-c', _revisions: { start: 2, ids: ['c', 'a'] }, side: 'right' },
      {
        _id: id('split'),
        _rev: '3-d',
        _revisions: { start: 3, ids: ['d', 'e', 'a'] },
        _deleted: true,
      },
    ],
    { new_edits: false },
  );
  const file = { content_type: 'text/plain', data: Buffer.from('a file').toString('base64') };
  await database.put({ _id: id('files'), _attachments: { 'a.txt': file, 'folder/b': file } });
  const withFile = await database.get(id('files'));
  await database.put({ ...withFile, edited: true });
}
