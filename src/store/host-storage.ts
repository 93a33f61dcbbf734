import * as v from 'valibot';
import { CodedError } from '../protocol/codes.ts';
import { hostRequest } from './host-database.ts';
import type { Fetch } from './ports.ts';

/** What the host's folder takes on the disk, in bytes. */
export interface HostStorage {
  readonly databases: ReadonlyMap<string, number>;
  /** All files, those that are no databases too. */
  readonly all: number;
  /** `undefined` where the system doesn't tell. */
  readonly free: number | undefined;
}

const bytesField = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const answerSchema = v.looseObject({
  databases: v.record(v.string(), bytesField),
  all: bytesField,
  free: v.optional(bytesField),
});

/** Rejects as `hostRequest` does, and with CodedError 'malformed'. */
export async function hostStorage(fetch: Fetch): Promise<HostStorage> {
  const response = await hostRequest(fetch, 'GET', '/_storage');
  const decoded = v.safeParse(answerSchema, await response.json());
  if (!decoded.success) throw new CodedError('malformed', '_storage');
  const { databases, all, free } = decoded.output;
  return { databases: new Map(Object.entries(databases)), all, free };
}

/** Has the host give back what replaced and deleted data of a database still takes. That it isn't there is no error. */
export async function compactAtHost(fetch: Fetch, name: string): Promise<void> {
  await hostRequest(fetch, 'POST', `/${encodeURIComponent(name)}/_compact`, { alsoFine: [404] });
}
