import { decodeFields, textOf } from '../fields.ts';
import { limits } from '../limits.ts';
import { defineKind } from './kind.ts';

/** What a person has written. */
export const textKind = defineKind('text', (fields) =>
  decodeFields(fields, { text: textOf(limits.messageCharacters) }),
);
