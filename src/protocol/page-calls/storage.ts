import * as v from 'valibot';
import { spaceNameField } from '../fields.ts';
import { noArguments } from './arguments.ts';
import type { StorageMode } from './app.ts';
import type { SpaceKind } from './feed.ts';

function oneOf<const Choices extends readonly (number | null)[]>(choices: Choices) {
  return v.custom<Choices[number]>((value) => choices.includes(value as number | null));
}

/** Bytes; `null` for as much as the disk has. */
export const storageLimits = [
  250_000_000,
  1_000_000_000,
  2_000_000_000,
  5_000_000_000,
  20_000_000_000,
  null,
] as const;
export type StorageLimit = (typeof storageLimits)[number];

export const storageLimitField = oneOf(storageLimits);

/** Days and bytes that can be chosen; `null` for all. */
export const keepDays = [7, 30, 90, 365, null] as const;
export const keepBytes = [10_000_000, 50_000_000, 250_000_000, 1_000_000_000, null] as const;

/** How much of what others publish is kept: so many days of it, and of that so many bytes. */
export const keepRuleField = v.strictObject({
  days: oneOf(keepDays),
  bytes: oneOf(keepBytes),
});
export type KeepRule = v.InferOutput<typeof keepRuleField>;

/** What lies on the disk. */
export const storageCalls = {
  storage: noArguments,
  setStorageLimit: v.strictObject({ limit: storageLimitField }),
  /** Gives back what deleted and replaced data still takes. */
  compactStorage: noArguments,
  /** What is let go of, everywhere or in this space. */
  keepRule: v.strictObject({ space: v.optional(spaceNameField) }),
  /** Without `space` the rule for all that have none of their own; `null` takes a space's own away. */
  setKeepRule: v.strictObject({
    space: v.optional(spaceNameField),
    rule: v.nullable(keepRuleField),
  }),
} as const;

export interface StorageResults {
  storage: StorageView;
  setStorageLimit: null;
  compactStorage: { freed: number };
  /** `own` is `null` where a space has none. */
  keepRule: { usual: KeepRule; own: KeepRule | null };
  setKeepRule: null;
}

/**
 * `near`: four fifths of the limit are used. `full`: all of it; blogs and forums of others are not fetched any more,
 * private messages are. `disk-low`: the disk itself has little left.
 */
export type StorageLevel = 'fine' | 'near' | 'full' | 'disk-low';

/** All in bytes. */
export interface StorageView {
  mode: StorageMode;
  level: StorageLevel;
  limit: StorageLimit;
  /** In the companion program's folder; absent where there is no companion. */
  total?: number;
  /** What the browser keeps beside it, as it says itself. */
  inBrowser?: number;
  /** Free on the companion's disk. */
  free?: number;
  /** The largest first. Together `total`. */
  parts: StoragePart[];
  /** `total` at the end of each day it was looked at, oldest first; the last is now. */
  growth: { day: string; bytes: number }[];
}

/** What part of the disk something takes. */
export interface StoragePart {
  /**
   * `profiles`: ours and our friends'. `letters`: the inbox. `safe`: keys, messages and what is known of posts, sealed.
   * `rest`: Tor's own files, logs, and what isn't shown any more.
   */
  what: 'space' | 'conversation' | 'profiles' | 'letters' | 'safe' | 'rest';
  bytes: number;
  /** Of a space. */
  space?: { name: string; kind: SpaceKind; title: string };
  /** Of a conversation: with whom. */
  friend?: { address: string; petname: string };
}
