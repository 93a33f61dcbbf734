import { bytesUpTo, decodeFields, isHash, nullOr, recordOf } from '../fields.ts';
import { limits } from '../limits.ts';
import { defineKind } from './kind.ts';

/** The answer to a `space-ask`: with yes, the pre-key that the space's next epoch is sealed to, and the device that signed it. */
export const spaceAnswerKind = defineKind('space-answer', (fields) =>
  decodeFields(fields, {
    space: isHash,
    yes: nullOr(recordOf({ device: isHash, preKey: bytesUpTo(limits.statementBytes) })),
  }),
);
