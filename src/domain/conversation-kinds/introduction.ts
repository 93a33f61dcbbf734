import { type OnionAddress, parseAddress } from '../address.ts';
import { type Check, decodeFields, textOf } from '../fields.ts';
import { limits } from '../limits.ts';
import { defineKind } from './kind.ts';

const isAddress: Check<OnionAddress> = (value): value is OnionAddress =>
  typeof value === 'string' && parseAddress(value).ok;

/** "Meet …": somebody whom the sender knows, and what they call them. It vouches for nothing. */
export const introductionKind = defineKind('introduction', (fields) =>
  decodeFields(fields, { address: isAddress, name: textOf(limits.nameCharacters, 1) }),
);
