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

/** What the host's endpoint says beside its status of what is wrong with its disk. */
const codeOfName: Record<string, Code> = {
  data_damaged: 'data-damaged',
  data_unwritable: 'data-unwritable',
};

const answerSchema = v.looseObject({ status: v.number(), name: v.optional(v.string()) });

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
  const answer = v.safeParse(answerSchema, error);
  const { status = 0, name = '' } = answer.success ? answer.output : {};
  const code = codeOfStatus[status] ?? codeOfName[name];
  if (code !== undefined) return new CodedError(code);
  return error instanceof Error ? error : new Error('database', { cause: error });
}

export function storeError(error: unknown): never {
  throw codedStoreError(error);
}
