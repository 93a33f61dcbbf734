import { decodeFieldsWithOptional, textOf } from '../fields.ts';
import { limits } from '../limits.ts';
import { defineKind } from './kind.ts';
import { isLife } from './life.ts';

/** What a person has written, and how long it lives where that was agreed. */
export const textKind = defineKind('text', (fields) =>
  decodeFieldsWithOptional(fields, { text: textOf(limits.messageCharacters) }, { life: isLife }),
);
