import { wordlist } from '@scure/bip39/wordlists/english.js';
import { fromBase64Url } from '../../domain/bytes.ts';
import { phraseFromRoot, rootFromPhrase } from '../../domain/recovery-phrase.ts';
import { CodedError } from '../../protocol/codes.ts';
import type { WordsOutcome } from '../../protocol/page-calls.ts';
import type { StoredKeys } from '../local-settings.ts';

/** The 24 words of these keys. Throws CodedError `data-damaged`. */
export function wordsOf(keys: StoredKeys): string[] {
  const root = fromBase64Url(keys.root);
  if (!root.ok) throw new CodedError('data-damaged', 'keys');
  return phraseFromRoot(root.value).split(' ');
}

/** Whether these are the words of an identity, and where to look if they aren't. */
export function checkWords(text: string): WordsOutcome {
  const read = rootFromPhrase(text);
  if (read.ok) return { outcome: 'right' };
  switch (read.code) {
    case 'unknown-word':
      return { outcome: 'unknown-word', position: read.position };
    case 'wrong-word-count':
      return { outcome: 'wrong-count', words: read.words };
    case 'too-large':
    case 'wrong-checksum':
      return { outcome: 'wrong-order' };
  }
}

/** Throws CodedError `words-unknown`: whoever asks has checked them. */
export function rootOfWords(text: string): Uint8Array {
  const read = rootFromPhrase(text);
  if (!read.ok) throw new CodedError('words-unknown');
  return read.value;
}

/** All words that there are, to choose from while typing. */
export const allWords: readonly string[] = wordlist;
