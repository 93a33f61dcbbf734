import * as v from 'valibot';
import { CodedError } from '../../protocol/codes.ts';

/**
 * The form of everything that an add-on keeps of a profile, in `storage.local` and in its databases, counted up with each
 * change that an older add-on would misread. From 2 on the vault is sealed by a key table: what opens it
 * brings it there.
 */
export const profileFormat = 2;

/** Of profiles that were begun before there were numbers. */
const unnumbered = 0;

/** In `storage.local`; an older add-on must be able to read it whatever else there is. */
export const formatItem = 'format';
export const formatSchema = v.object({
  number: v.pipe(v.number(), v.safeInteger(), v.minValue(unnumbered)),
  /** Of the add-on that wrote it, which reads it. */
  version: v.pipe(v.string(), v.maxLength(40)),
});
export type ProfileFormat = v.InferOutput<typeof formatSchema>;

/**
 * The number that these items say, or the newest where nobody has begun.
 * Throws CodedError `data-newer`, whose detail is a version that reads them, and `data-damaged`.
 */
export function formatIn(items: Record<string, unknown>, newest: number): number {
  if (!(formatItem in items)) return 'profile' in items ? unnumbered : newest;
  const format = v.safeParse(formatSchema, items[formatItem]);
  if (!format.success) throw new CodedError('data-damaged', formatItem);
  const { number, version } = format.output;
  if (number > newest) throw new CodedError('data-newer', version);
  return number;
}
