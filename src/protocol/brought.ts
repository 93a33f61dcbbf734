import * as v from 'valibot';
import { databaseNameField, documentIdField, onionAddressField } from './fields.ts';

/** As many documents as one message names. What else came counts as brought by nobody known. */
export const mostBroughtIds = 500;

const countField = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** What somebody brought to our door, so that it can be told later who brought what did not hold. */
export const broughtSchema = v.strictObject({
  /** Absent: strangers, who can't be told apart. */
  address: v.optional(onionAddressField),
  /** Absent where nothing was looked at, as of who asks too often. */
  space: v.optional(databaseNameField),
  /** Taken as far as the door can tell. */
  taken: v.pipe(v.array(documentIdField), v.maxLength(mostBroughtIds)),
  /** Not taken, by reason: a refusal of the domain's, or a code. */
  refused: v.record(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/)), countField),
});
export type Brought = v.InferOutput<typeof broughtSchema>;
