import { decodeFieldsWithOptional, textOf } from '../fields.ts';
import { isFileList } from '../document/file.ts';
import { limits } from '../limits.ts';
import { defineKind } from './kind.ts';
import { isLife } from './life.ts';

/** What a person has written, how long it lives where that was agreed, and its files. */
export const textKind = defineKind('text', (fields) =>
  decodeFieldsWithOptional(
    fields,
    { text: textOf(limits.messageCharacters) },
    { life: isLife, files: isFileList },
  ),
);
