import type { Operation } from 'leveldown';
import { readMetadata } from './documents.ts';
import { stagedEnd, stagedKey, type Document } from './layout.ts';
import type { Level } from './level.ts';

/** A document that somebody brought and the owner has not judged yet: it is kept, and served to nobody. */
export interface Staged {
  readonly document: Document;
  readonly by: string;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
}

export interface StagingLimits {
  /** In one database: of all who bring, and of each. */
  readonly documents: number;
  readonly bytes: number;
  readonly documentsOfOne: number;
  readonly bytesOfOne: number;
  /** What nobody has judged for so long makes room. */
  readonly milliseconds: number;
}

export interface StagingOptions {
  readonly by: string;
  readonly now: number;
  readonly limits: StagingLimits;
}

/** Those of these documents that wait. */
export async function stagedAmong(
  level: Level,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await level.getMany(ids.map(stagedKey));
  return new Set(ids.filter((_, index) => found[index] !== undefined));
}

/** In the order of their ids, behind `after`. */
export async function listStaged(level: Level, after: string, limit: number): Promise<Staged[]> {
  const staged: Staged[] = [];
  for await (const { value } of level.scan({ gt: stagedKey(after), lt: stagedEnd, limit })) {
    staged.push(JSON.parse(value) as Staged);
  }
  return staged;
}

/** The documents of these that still wait. */
export async function readStaged(level: Level, ids: readonly string[]): Promise<Document[]> {
  const found = await level.getMany(ids.map(stagedKey));
  return found.flatMap((text) => (text === undefined ? [] : (JSON.parse(text) as Staged).document));
}

/**
 * What to write so that these wait, as far as they aren't here or waiting already; `undefined` if there is
 * no room for all of them.
 */
export async function staging(
  level: Level,
  documents: readonly Document[],
  { by, now, limits }: StagingOptions,
): Promise<Operation[] | undefined> {
  const ids = documents.map(({ _id }) => _id);
  const [here, waiting] = [await readMetadata(level, ids), await stagedAmong(level, ids)];
  const fresh = documents.filter(
    ({ _id }, index) => here[index] === undefined && !waiting.has(_id),
  );
  if (fresh.length === 0) return [];
  const puts = fresh.map((document): Operation & { type: 'put' } => {
    const value = JSON.stringify({ by, at: now, document } satisfies Staged);
    return { type: 'put', key: stagedKey(document._id), value };
  });
  const all = { documents: puts.length, bytes: bytesOf(puts) };
  const mine = { ...all };
  const old: Operation[] = [];
  for await (const { key, value } of level.scan({ gt: stagedKey(''), lt: stagedEnd })) {
    const staged = markOf(value);
    if (now - staged.at > limits.milliseconds) {
      old.push({ type: 'del', key });
      continue;
    }
    for (const sum of staged.by === by ? [all, mine] : [all]) {
      sum.documents += 1;
      sum.bytes += value.length;
    }
  }
  const isTooMuch =
    all.documents > limits.documents ||
    all.bytes > limits.bytes ||
    mine.documents > limits.documentsOfOne ||
    mine.bytes > limits.bytesOfOne;
  return isTooMuch ? undefined : [...old, ...puts];
}

/** Who brought it and when, which stand first: what waits is counted often, and need not be read for it. */
function markOf(value: string): Pick<Staged, 'by' | 'at'> {
  const end = value.indexOf(',"document":');
  return JSON.parse(`${value.slice(0, end)}}`) as Pick<Staged, 'by' | 'at'>;
}

const bytesOf = (puts: readonly { value: string }[]): number =>
  puts.reduce((sum, { value }) => sum + value.length, 0);

/** What to write so that these wait no more. */
export const unstaging = (ids: Iterable<string>): Operation[] =>
  [...ids].map((id) => ({ type: 'del', key: stagedKey(id) }));
