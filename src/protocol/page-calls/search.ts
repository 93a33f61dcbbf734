import * as v from 'valibot';
import { databaseNameField, onionAddressField, textField } from '../fields.ts';
import { limits } from '../limits.ts';
import type { SpaceKind } from './feed.ts';

/** Everything one may read, by its words. */
export const searchCalls = {
  search: v.strictObject({
    /** Each word of it is to be found, as the beginning of one. Nothing at all gets the index ready. */
    text: textField(limits.searchCharacters),
    /** Only in this space, or in the conversation with this friend. */
    place: v.optional(v.union([databaseNameField, onionAddressField])),
    /** Only what this person wrote. */
    person: v.optional(onionAddressField),
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.searchResults)),
  }),
} as const;

export interface SearchResults {
  search: SearchView;
}

export interface SearchView {
  /** Friends by what we call them, spaces by their titles; where nothing is chosen but the words. */
  people: { address: string; name: string }[];
  spaces: { name: string; kind: SpaceKind; title: string }[];
  /** The newest first. */
  found: FoundView[];
  more: boolean;
  /** What has not been read yet is not found: so many spaces and conversations of all are. */
  reading?: { done: number; all: number };
}

export interface FoundView {
  id: string;
  /** Absent for a private message. */
  space?: { name: string; kind: SpaceKind; title: string };
  /** With whom the conversation is. */
  friend?: { address: string; name: string };
  authorAddress: string;
  /** What we call them; absent for who is no friend. */
  authorName?: string;
  mine: boolean;
  time: number;
  title: MarkedView[];
  /** The part of it in which it was found. */
  text: MarkedView[];
}

export interface MarkedView {
  text: string;
  /** It is what was looked for. */
  hit: boolean;
}
