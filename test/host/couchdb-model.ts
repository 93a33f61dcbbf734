import * as fc from 'fast-check';
import type { Replicating } from './replicating.ts';

/** Something asked of a database, as data: the same is asked of ours and of PouchDB in memory. */
export type Step =
  | {
      readonly do: 'put';
      readonly id: string;
      readonly n: number;
      readonly on: 'nothing' | 'current' | 'old';
    }
  | { readonly do: 'remove'; readonly id: string; readonly on: 'current' | 'old' }
  | { readonly do: 'bulk'; readonly ids: readonly string[]; readonly n: number }
  | { readonly do: 'graft'; readonly branches: readonly Branch[] }
  | { readonly do: 'attach'; readonly id: string; readonly name: string; readonly text: string }
  | { readonly do: 'detach'; readonly id: string; readonly name: string }
  | { readonly do: 'local'; readonly id: string; readonly n: number }
  | { readonly do: 'get'; readonly id: string; readonly options: object }
  | {
      readonly do: 'openRevs';
      readonly id: string;
      readonly revs: 'all' | readonly string[];
      readonly options: { latest?: boolean };
    }
  | {
      readonly do: 'bulkGet';
      readonly ids: readonly string[];
      readonly rev: string;
      readonly options: { latest?: boolean };
    }
  | { readonly do: 'allDocs'; readonly options: object }
  | { readonly do: 'changes'; readonly options: object; readonly since: number }
  | { readonly do: 'revsDiff'; readonly branches: readonly Branch[] }
  | { readonly do: 'info' };

/**
 * A revision that somebody else made: each letter of `way` is a choice at one generation, so that ways with
 * the same beginning share history. What it holds follows from its way. The first `cut` revisions are unknown.
 */
export interface Branch {
  readonly id: string;
  readonly way: string;
  readonly cut: number;
}

export function revisionOf({ way }: Pick<Branch, 'way'>): string {
  return `${way.length}-${way}`;
}

export function documentOf(branch: Branch) {
  const { id, way, cut } = branch;
  const ids = Array.from({ length: way.length }, (_, at) => way.slice(0, way.length - at));
  return {
    _id: id,
    _rev: revisionOf(branch),
    _revisions: { start: way.length, ids: ids.slice(0, Math.max(1, way.length - cut)) },
    ...(way.endsWith('x') ? { _deleted: true } : { way, n: way.length }),
    ...(way.endsWith('f')
      ? { _attachments: { [way]: { content_type: 'text/plain', data: btoa(way.repeat(3)) } } }
      : {}),
  };
}

/** What lies beyond U+00FF is left out: PouchDB in memory does not list it. `file…` are those whose attachments are edited. */
const id = fc.constantFrom('a', 'b', 'B', 'c/d', '_design/x', 'é ?');
const fileId = fc.constantFrom('file1', 'file2');
const anyId = fc.oneof({ weight: 4, arbitrary: id }, { weight: 1, arbitrary: fileId });
const letter = fc.constantFrom('a', 'b', 'f', 'x');
const way = fc.array(letter, { minLength: 1, maxLength: 5 }).map((letters) => letters.join(''));
const branch = fc.record({
  id,
  way,
  cut: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) }),
});
const branches = fc.array(branch, { minLength: 1, maxLength: 5 });
const n = fc.nat(9);
const maybe = fc.boolean();
const options = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(shape, { requiredKeys: [] });

/** Not `latest`: with attachments PouchDB in memory never answers that. */
const getOptions = options({
  revs: maybe,
  revs_info: maybe,
  conflicts: maybe,
  attachments: maybe,
  rev: way.map((text) => revisionOf({ way: text })),
});
const rangeOptions = options({
  startkey: anyId,
  endkey: anyId,
  inclusive_end: maybe,
  descending: maybe,
  limit: fc.nat(6),
  skip: fc.nat(4),
  include_docs: maybe,
  conflicts: maybe,
  attachments: maybe,
});
const keysOptions = fc
  .tuple(
    fc.array(fc.oneof(anyId, fc.constant('nobody')), { maxLength: 5 }),
    options({ include_docs: maybe, conflicts: maybe, attachments: maybe }),
  )
  .map(([keys, rest]) => ({ keys, ...rest }));
const selector = fc.constantFrom<object>(
  { n: { $gt: 2 } },
  { way: { $regex: '^a' } },
  { $or: [{ n: 1 }, { way: { $exists: false } }] },
);
const changesOptions = options({
  style: fc.constantFrom('main_only', 'all_docs'),
  include_docs: maybe,
  conflicts: maybe,
  attachments: maybe,
  limit: fc.integer({ min: 1, max: 8 }),
  doc_ids: fc.array(anyId, { minLength: 1, maxLength: 3 }),
});

const kind = <K extends Step['do']>(name: K) => fc.constant(name);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: kind('put'),
    id,
    n,
    on: fc.constantFrom('nothing', 'current', 'current', 'old'),
  }),
  fc.record({ do: kind('remove'), id: anyId, on: fc.constantFrom('current', 'current', 'old') }),
  fc.record({ do: kind('bulk'), ids: fc.array(id, { maxLength: 4 }), n }),
  { weight: 3, arbitrary: fc.record({ do: kind('graft'), branches }) },
  fc.record({
    do: kind('attach'),
    id: fileId,
    name: fc.constantFrom('x', 'y/z', 'ä ?'),
    text: fc.constantFrom('', 'one', '\u0000\u00ff\r\n--'),
  }),
  fc.record({ do: kind('detach'), id: fileId, name: fc.constantFrom('x', 'y/z') }),
  fc.record({ do: kind('local'), id: fc.constantFrom('l', 'm/n'), n }),
  fc.record({ do: kind('get'), id: anyId, options: getOptions }),
  fc.record({
    do: kind('openRevs'),
    id: anyId,
    revs: fc.oneof(
      fc.constant('all' as const),
      fc.array(
        way.map((text) => revisionOf({ way: text })),
        { minLength: 1, maxLength: 4 },
      ),
    ),
    options: options({ revs: maybe, attachments: maybe, latest: maybe }),
  }),
  fc.record({
    do: kind('bulkGet'),
    ids: fc.uniqueArray(anyId, { minLength: 1, maxLength: 4 }),
    rev: way.map((text) => revisionOf({ way: text })),
    options: options({ revs: maybe, latest: maybe, attachments: maybe }),
  }),
  {
    weight: 2,
    arbitrary: fc.record({ do: kind('allDocs'), options: fc.oneof(rangeOptions, keysOptions) }),
  },
  fc.record({ do: kind('changes'), options: changesOptions, since: fc.nat(20) }),
  fc.record({
    do: kind('changes'),
    // With all leaves CouchDB looks at each, PouchDB at the winner and shows all.
    options: fc.record({ selector }),
    since: fc.nat(20),
  }),
  fc.record({
    do: kind('changes'),
    options: fc.constant({ descending: true }),
    since: fc.constant(0),
  }),
  fc.record({ do: kind('revsDiff'), branches }),
  fc.record({ do: kind('info') }),
);

export const steps = fc.array(step, { minLength: 1, maxLength: 40 });

/** One of the two: the database, and what its earlier answers said. */
export interface Side {
  readonly database: Replicating;
  /** `update_seq` after each step. */
  readonly sequences: (string | number)[];
  /** Revisions of edits, in the order they were made. */
  readonly made: Map<string, string[]>;
  /** What this test calls revisions by, whose hashes differ between the two. */
  readonly renamed: Map<string, string>;
}

export const sideOf = (database: Replicating): Side => ({
  database,
  sequences: [0],
  made: new Map(),
  renamed: new Map(),
});
