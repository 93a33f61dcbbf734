import * as v from 'valibot';
import { textField } from '../fields.ts';
import { noArguments } from './arguments.ts';

/** Longer than any 24 words, however they are spaced out. */
export const wordsField = textField(2_000);

/** The 24 words that bring an identity back. */
export const recoveryCalls = {
  /** The passphrase is asked for, where there is one, but for the first time. */
  recoveryWords: v.strictObject({ passphrase: textField(1_000) }),
  setWords: v.strictObject({ words: v.picklist(['later', 'written']) }),
  checkWords: v.strictObject({ text: wordsField }),
  /** All words that there are. */
  allWords: noArguments,
} as const;

/** Whether the words are on paper: not asked yet, put off, or copied down and shown to be. */
export type WordsState = 'new' | 'later' | 'written';

export type WordsOutcome =
  | { outcome: 'right' }
  /** The first that is none of the list's; `position` counts from 1. */
  | { outcome: 'unknown-word'; position: number }
  | { outcome: 'wrong-count'; words: number }
  /** Each is in the list: one is another than was written down, or two have changed places. */
  | { outcome: 'wrong-order' };

export interface RecoveryResults {
  recoveryWords: { words: string[] };
  setWords: null;
  checkWords: WordsOutcome;
  allWords: { words: readonly string[] };
}
