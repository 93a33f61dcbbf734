import { decodeFields, isTruth } from '../fields.ts';
import { defineKind } from './kind.ts';

/** The sender has erased all that was said before this conversation began, and asks the same of the other. */
export const purgeKind = defineKind('purge', (fields) => decodeFields(fields, {}));

/** The answer. */
export const purgedKind = defineKind('purged', (fields) => decodeFields(fields, { kept: isTruth }));
