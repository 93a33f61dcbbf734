import type { StorageMode } from '../protocol/page-calls.ts';

/** A PouchDB, in whichever of the three places this browser allows. Code above the store does not ask which. */
export type SpaceDatabase = PouchDB.Database;

/**
 * A document as it lies in a space: written once, under the one revision that follows from its id.
 * Its other fields are the domain's business, which opens it as the `unknown` it is.
 */
export interface StoredDocument {
  readonly _id: string;
  readonly _rev: string;
}

/** Where the add-on's databases are: behind one interface, three implementations, one acceptance suite. */
export interface SpaceStores {
  readonly mode: StorageMode;
  /**
   * The database of this name, made if it isn't there yet. The same object for the same name until
   * it is destroyed. Rejects with CodedError 'malformed' for what is no database name, and
   * with the host's code when the host can't be reached.
   */
  open(name: string): Promise<SpaceDatabase>;
  /**
   * Erases documents for good: no byte of them stays here, and nobody who brings them again makes them
   * come back. Ids of what isn't here are remembered all the same. Where there are two replicas of ours
   * (mode 'indexeddb') this is the one in the browser.
   */
  erase(name: string, ids: readonly string[]): Promise<void>;
  /** Deletes the database and all it holds. Destroying what isn't there is no error. */
  destroy(name: string): Promise<void>;
  /** The names of all databases, sorted; those of earlier runs too. */
  list(): Promise<string[]>;
  /**
   * One subscription for all databases opened here: `onChange(name)` after documents were written to
   * `name`, by whomever (in native mode also by friends, at the onion door). It may come
   * late, more often than needed or for many writes at once, so read on from your own position with
   * `readChanges`. What was there before isn't announced. Returns the end of the subscription.
   */
  watch(onChange: (name: string) => void): () => void;
  /** Lets go of every database and ends every subscription; stored documents stay. */
  close(): Promise<void>;
}

/** `browser.storage.session`, or anything like it: string keys, JSON-able values. */
export interface SessionArea {
  /** All items with `null`, else the named ones that exist. */
  get(keys: string[] | null): Promise<Record<string, unknown>>;
  /** All items or none. Rejects with an error that says "quota" when the area is full. */
  set(items: Record<string, unknown>): Promise<void>;
  remove(keys: string[]): Promise<void>;
}

/** `fetch` onto the owner's door of the host: path, method, headers and text bodies only. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** What can be kept in the vault. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One of the writes that are made together; `undefined` removes. */
export type VaultChange = readonly [name: string, value: Json | undefined];

/**
 * The person's own sealed key-value store. Its one home is IndexedDB, else the host, else session
 * storage; it is never replicated. All of it is held in memory once opened, so reads are immediate.
 */
export interface Vault {
  /** The value, or `undefined`. Decode it: it is as old as the version that wrote it. */
  get(name: string): Json | undefined;
  /** Every [name, value] whose name begins so, by name. */
  entries(prefix: string): [name: string, value: Json][];
  /** Resolves when the value is durable; only then do reads show it. */
  put(name: string, value: Json): Promise<void>;
  /**
   * All of it in one write, `undefined` removing. Writes happen one after the other in the
   * order of the calls. When one rejects (`session-storage-full`, `host-lost`, …), reads go on showing what was before.
   */
  putMany(changes: Iterable<VaultChange>): Promise<void>;
  remove(name: string): Promise<void>;
  /**
   * Ends the purges that were noted (`purging`): the keys of their scopes are destroyed with what opened them,
   * and what is left in these scopes is sealed anew. Where it rejects, or dies, the next call or start goes on.
   */
  finishPurges(): Promise<void>;
}
