import { CodedError } from '../protocol/codes.ts';
import { decodeUpdates, updatesPath, type UpdatesPage } from '../store/database-updates.ts';
import type { Since } from '../store/documents.ts';
import type { StoredDocument } from '../store/ports.ts';
import type { OnionFetch } from './onion-fetch.ts';
import { longPollPatience } from './patience.ts';
import {
  allDocsSchema,
  bulkDocsSchema,
  bulkGetSchema,
  changesSchema,
  decodeAnswer,
  welcomeSchema,
  workSchema,
} from './peer-answers.ts';

/** The version of our use of the CouchDB protocol that both sides must share. */
const protocol = 1;

/** A sign of life this often shows a dead circuit in about a minute, and keeps a live one open. */
export const heartbeat = 25_000;

const smallAnswer = 65_536;
/** Changes and update lists: up to 2,000 rows of some 300 bytes, with room. */
const listAnswer = 4_194_304;
/** Documents: a batch that is longer is asked for in halves. */
const documentsAnswer = 33_554_432;

export interface Change {
  readonly id: string;
  readonly seq: Since;
  readonly revisions: readonly string[];
}

/** Both as base64url. */
export interface WorkAsked {
  readonly nonce: string;
  readonly bits: number;
}
export interface WorkDone {
  readonly nonce: string;
  readonly solution: string;
}

/** One person's endpoint, as seen by a friend or a stranger: that is the given `fetch`'s to decide. */
export interface PeerClient {
  /** Is this Network25, and one we understand? Resolves with the endpoint's uuid. */
  welcome(): Promise<string>;
  updates(since: string | undefined): Promise<UpdatesPage>;
  /** Answers when something changed after `since`, perhaps in an hour. */
  awaitUpdates(since: string, signal: AbortSignal): Promise<UpdatesPage>;
  changes(space: string, since: Since, limit: number): Promise<{ rows: Change[]; last: Since }>;
  /** The documents the peer still has of those asked for; unchecked. */
  documents(
    space: string,
    wanted: readonly { id: string; rev: string }[],
  ): Promise<StoredDocument[]>;
  /** Every document of a small space; unchecked. Rejects with 'too-many' or 'too-large' past the limits. */
  everything(space: string, most: { documents: number; bytes: number }): Promise<unknown[]>;
  /** What a letter to this inbox costs a stranger. */
  work(space: string): Promise<WorkAsked>;
  /** Whether all of them are stored there now; `false` when the door refused any. */
  store(space: string, documents: readonly StoredDocument[], work?: WorkDone): Promise<boolean>;
}

export interface PeerClientOptions {
  readonly address: string;
  /** Ends every request with 'cancelled'. */
  readonly signal?: AbortSignal;
  readonly onAlive?: () => void;
}

/** Its methods reject as `OnionFetch` does. */
export function peerClient(fetch: OnionFetch, options: PeerClientOptions): PeerClient {
  const get = (path: string, most: number) => fetch({ ...options, path, most });
  const post = (path: string, body: unknown, most: number) =>
    fetch({ ...options, path, body, most });

  const client: PeerClient = {
    async welcome() {
      const answer = await get('/', smallAnswer).catch(notNetwork25);
      let welcome;
      try {
        welcome = decodeAnswer(welcomeSchema, answer, '/');
      } catch {
        throw new CodedError('peer-not-network25');
      }
      if (welcome.vendor.protocol > protocol) throw new CodedError('peer-newer-version');
      return welcome.uuid;
    },

    updates: async (since) => decodeUpdates(await get(updatesPath(since), listAnswer)),

    async awaitUpdates(since, signal) {
      const answer = await fetch({
        ...options,
        path: updatesPath(since, { heartbeat }),
        most: listAnswer,
        patience: longPollPatience(heartbeat),
        signal: options.signal ? AbortSignal.any([options.signal, signal]) : signal,
      });
      return decodeUpdates(answer);
    },

    async changes(space, since, limit) {
      const query = new URLSearchParams({
        style: 'all_docs',
        since: String(since),
        limit: String(limit),
      });
      const path = `/${space}/_changes?${query}`;
      const { results, last_seq: last } = decodeAnswer(
        changesSchema,
        await get(path, listAnswer),
        '_changes',
      );
      const rows = results.map(({ id, seq, changes }) => ({
        id,
        seq,
        revisions: changes.map(({ rev }) => rev),
      }));
      return { rows, last };
    },

    async documents(space, wanted) {
      try {
        const answer = await post(
          `/${space}/_bulk_get?revs=true&latest=true`,
          { docs: wanted },
          documentsAnswer,
        );
        return documentsOf(answer);
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== 'too-large' || wanted.length < 2) {
          throw error;
        }
        const half = Math.ceil(wanted.length / 2);
        return [
          ...(await client.documents(space, wanted.slice(0, half))),
          ...(await client.documents(space, wanted.slice(half))),
        ];
      }
    },

    async everything(space, most) {
      const path = `/${space}/_all_docs?include_docs=true&limit=${most.documents + 1}`;
      const { rows } = decodeAnswer(allDocsSchema, await get(path, most.bytes), '_all_docs');
      if (rows.length > most.documents) throw new CodedError('too-many');
      return rows.flatMap(({ doc }) => (doc === undefined || doc === null ? [] : [doc]));
    },

    async work(space) {
      const answer = await get(`/${space}/_work`, smallAnswer);
      return decodeAnswer(workSchema, answer, '_work');
    },

    async store(space, documents, work) {
      const body = { new_edits: false, docs: documents, ...(work ? { work } : {}) };
      const answer = await post(`/${space}/_bulk_docs`, body, listAnswer);
      const rows = decodeAnswer(bulkDocsSchema, answer, '_bulk_docs');
      // A full inbox: there may be room another time.
      if (rows.some(({ error }) => error === 'too_many')) throw new CodedError('too-many', 'inbox');
      return rows.every(({ error }) => error === undefined);
    },
  };
  return client;
}

/** Somebody answers, but with nothing that we would answer. */
function notNetwork25(error: unknown): never {
  if (error instanceof CodedError && ['not-found', 'malformed', 'too-large'].includes(error.code)) {
    throw new CodedError('peer-not-network25');
  }
  throw error;
}

/** What is gone meanwhile is left out; any other trouble with one document is the whole answer's. */
function documentsOf(answer: unknown): StoredDocument[] {
  const { results } = decodeAnswer(bulkGetSchema, answer, '_bulk_get');
  return results.flatMap(({ docs }) =>
    docs.flatMap(({ ok, error }) => {
      if (ok) return [ok];
      if (error && error.error !== 'not_found') throw new CodedError('malformed', '_bulk_get');
      return [];
    }),
  );
}
