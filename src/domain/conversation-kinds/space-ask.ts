import { bytesUpTo, decodeFields, isHash, listOf } from '../fields.ts';
import { limits } from '../limits.ts';
import { membershipLimits } from '../membership/limits.ts';
import { defineKind } from './kind.ts';

/**
 * "Would you join this?": a sealed space's charter, and who else is asked to found it (onion keys), if
 * it doesn't exist yet. It opens nothing.
 */
export const spaceAskKind = defineKind('space-ask', (fields) =>
  decodeFields(fields, {
    charter: bytesUpTo(limits.charterBytes),
    founders: listOf(isHash, membershipLimits.subjects),
  }),
);
