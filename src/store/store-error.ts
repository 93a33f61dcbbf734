import * as v from 'valibot';
import { type Code, CodedError } from '../protocol/codes.ts';
import { codeField } from '../protocol/fields.ts';

/** What the host's endpoint and PouchDB's adapters say with a status. */
const codeOfStatus: Record<number, Code> = {
  401: 'not-allowed',
  403: 'not-allowed',
  404: 'not-found',
  413: 'too-large',
  429: 'too-many',
  507: 'disk-full',
};

const copySchema = v.looseObject({
  name: v.literal('CodedError'),
  code: codeField,
  detail: v.optional(v.string()),
});

/** What a database threw, as a CodedError where its reason is known. */
export function codedStoreError(error: unknown): Error {
  if (error instanceof CodedError) return error;
  // PouchDB's replicator hands errors on as copies of another class.
  const copy = v.safeParse(copySchema, error);
  if (copy.success) return new CodedError(copy.output.code, copy.output.detail);
  const status = typeof error === 'object' && error !== null && 'status' in error && error.status;
  const code = typeof status === 'number' ? codeOfStatus[status] : undefined;
  if (code !== undefined) return new CodedError(code);
  return error instanceof Error ? error : new Error('database', { cause: error });
}

export function storeError(error: unknown): never {
  throw codedStoreError(error);
}
