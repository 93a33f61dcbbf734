import * as v from 'valibot';
import { CodedError } from '../protocol/codes.ts';
import { databaseNameField } from '../protocol/fields.ts';
import { limits } from '../protocol/limits.ts';

/** One answer of `_db_updates`: which databases changed, and from where to ask on. */
export interface UpdatesPage {
  readonly names: readonly string[];
  readonly since: string;
}

const position = v.pipe(
  v.union([v.pipe(v.string(), v.maxLength(1_000)), v.pipe(v.number(), v.safeInteger())]),
  v.transform(String),
);

const answerSchema = v.looseObject({
  results: v.pipe(
    v.array(v.looseObject({ db_name: databaseNameField, type: v.optional(v.string()) })),
    v.maxLength(limits.updatesPerAnswer),
  ),
  last_seq: position,
});

/** Throws CodedError 'malformed' for anything else than an answer of `_db_updates`. */
export function decodeUpdates(answer: unknown): UpdatesPage {
  const decoded = v.safeParse(answerSchema, answer);
  if (!decoded.success) throw new CodedError('malformed', '_db_updates');
  const { results, last_seq: since } = decoded.output;
  const there = results.filter(({ type }) => type !== 'deleted').map((result) => result.db_name);
  return { names: [...new Set(there)], since };
}

/**
 * The path that asks for them: at once without `wait`, else as soon as there is one, with a sign of
 * life every `heartbeat` milliseconds.
 */
export function updatesPath(since: string | undefined, wait?: { heartbeat: number }): string {
  const query = new URLSearchParams();
  if (since !== undefined) query.set('since', since);
  if (wait) {
    query.set('feed', 'longpoll');
    query.set('heartbeat', String(wait.heartbeat));
  }
  return `/_db_updates?${query}`;
}
