import * as v from 'valibot';

/**
 * The name in `storage.session` under which the background keeps when Network25 was last used and after how long
 * without use it locks; nothing is there where it never locks by itself, and while nothing is open.
 */
export const inUseItem = 'safe/used';

const inUseSchema = v.strictObject({ at: v.number(), minutes: v.number() });
export type InUse = v.InferOutput<typeof inUseSchema>;

const minute = 60_000;

/** What was kept under that name, if it was anything. */
export function inUseIn(item: unknown): InUse | undefined {
  const kept = v.safeParse(inUseSchema, item);
  return kept.success ? kept.output : undefined;
}

/** How long it stays open when nobody uses it from now on, in milliseconds. */
export const opennessLeft = ({ at, minutes }: InUse, now: number): number =>
  Math.max(0, at + minutes * minute - now);

/**
 * Whether it is to be locked before anything is shown. A clock that was set forward locks early, one that was set
 * back at the next look; on a machine that slept the time is over before any timer says so.
 */
export const isUnused = (inUse: InUse, now: number): boolean =>
  now < inUse.at || opennessLeft(inUse, now) === 0;
