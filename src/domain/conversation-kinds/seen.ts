import { type Check, decodeFields, isText, isTruth, listOf } from '../fields.ts';
import { defineKind } from './kind.ts';

export const seenAtOnce = 100;

const isDocumentId: Check<string> = (value): value is string =>
  isText(value) && /^[a-z2-7]{40,64}$/.test(value);

/** These messages of the other side have been read: the ids of their documents. */
export const seenKind = defineKind('seen', (fields) =>
  decodeFields(fields, { documents: listOf(isDocumentId, seenAtOnce) }),
);

/** Whether its sender tells when messages are read, and wants to be told. */
export const receiptsKind = defineKind('receipts', (fields) =>
  decodeFields(fields, { on: isTruth }),
);
