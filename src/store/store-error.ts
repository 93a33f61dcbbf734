import { type Code, CodedError } from '../protocol/codes.ts';

/** What the host's endpoint and PouchDB's adapters say with a status. */
const codeOfStatus: Record<number, Code> = {
  401: 'not-allowed',
  403: 'not-allowed',
  404: 'not-found',
  413: 'too-large',
  429: 'too-many',
  507: 'disk-full',
};

/** What a database threw, as a CodedError where its reason is known. */
export function codedStoreError(error: unknown): Error {
  if (error instanceof CodedError) return error;
  const status = typeof error === 'object' && error !== null && 'status' in error && error.status;
  const code = typeof status === 'number' ? codeOfStatus[status] : undefined;
  if (code !== undefined) return new CodedError(code);
  return error instanceof Error ? error : new Error('database', { cause: error });
}

export function storeError(error: unknown): never {
  throw codedStoreError(error);
}
