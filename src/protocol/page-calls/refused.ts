import * as v from 'valibot';
import { databaseNameField, documentIdField, onionAddressField, textField } from '../fields.ts';
import { noArguments } from './arguments.ts';

/** What others sent that was refused. */
export const refusedCalls = {
  refused: noArguments,
  /** Counts from nothing again. */
  clearRefused: noArguments,
  /** A picture of this post, or of this message of a friend's, can't be shown. */
  pictureRefused: v.strictObject({
    of: v.union([
      v.strictObject({ space: databaseNameField, post: documentIdField }),
      v.strictObject({ address: onionAddressField, message: textField(100) }),
    ]),
    file: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    why: v.picklist(['image-unreadable', 'image-too-large']),
  }),
} as const;

export interface RefusedResults {
  refused: RefusedView;
  clearRefused: null;
  pictureRefused: null;
}

/** By who brought it, whoever came last first. */
export interface RefusedView {
  people: RefusedPerson[];
}

export interface RefusedPerson {
  /** Absent for all who can't be told apart. */
  address?: string;
  /** The petname; absent for who is no friend. */
  name?: string;
  /** Milliseconds since 1970: when counting began, and when the last of it came. */
  since: number;
  last: number;
  /** How many for which reason: a refusal of the domain's, or a code. */
  counts: Record<string, number>;
}
