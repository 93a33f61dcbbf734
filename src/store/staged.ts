import * as v from 'valibot';
import { hostRequest } from './host-database.ts';
import type { Fetch, StoredDocument } from './ports.ts';

/** What others brought into a space of ours at the host, which serves it to nobody before we have judged it. */
export interface StagedDocument {
  readonly id: string;
  /** A peer's address, or `stranger`. */
  readonly by: string;
  readonly doc: StoredDocument;
}

export interface StagedAtHost {
  /** Up to 500 in the order of ids, behind `after`. */
  list(space: string, after?: string): Promise<StagedDocument[]>;
  /** At most 500 of each. */
  settle(
    space: string,
    verdict: { readonly accept: readonly string[]; readonly drop: readonly string[] },
  ): Promise<void>;
}

const rowsSchema = v.object({
  rows: v.array(
    v.object({
      id: v.string(),
      by: v.string(),
      doc: v.looseObject({ _id: v.string(), _rev: v.string() }),
    }),
  ),
});

/** Its methods reject as `hostRequest` does. */
export function stagedAtHost(fetch: Fetch): StagedAtHost {
  return {
    async list(space, after = '') {
      const query = after === '' ? '' : `?after=${encodeURIComponent(after)}`;
      const response = await hostRequest(fetch, 'GET', `/${space}/_staged${query}`, {
        alsoFine: [404],
      });
      if (response.status === 404) return [];
      return v.parse(rowsSchema, await response.json()).rows;
    },
    async settle(space, { accept, drop }) {
      await hostRequest(fetch, 'POST', `/${space}/_staged`, { body: { accept, drop } });
    },
  };
}
