// PouchDB's plugins ship no types. Here is what of them is used, and no more.

declare module 'pouchdb-browser' {
  const constructor: PouchDB.Static;
  export default constructor;
}

declare module 'pouchdb-adapter-memory' {
  const plugin: PouchDB.Plugin;
  export default plugin;
}

declare module 'pouchdb-adapter-indexeddb' {
  const plugin: PouchDB.Plugin;
  export default plugin;
}

declare namespace PouchDB {
  interface ReplicationOptions {
    batch_size: number;
    checkpoint: 'source' | 'target';
  }

  /** One run of the replicator: a promise of its result that can be cancelled. */
  interface Replication extends Promise<{ ok: boolean; status: string; docs_written: number }> {
    cancel(): void;
  }

  interface Database<Content extends {} = {}> {
    /** Of the indexeddb adapter only: forgets a revision, with the document if it was the last. */
    purge(id: string, rev: string): Promise<unknown>;
    /** Of a database in the browser: random, made with it. */
    id(): Promise<string>;
  }

  interface Static {
    replicate(source: unknown, target: unknown, options: ReplicationOptions): Replication;
  }
}
