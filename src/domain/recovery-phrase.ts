import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { accept, type Accepted } from './result.ts';

/**
 * The recovery phrase: the 32 bytes of a root as 24 words of BIP39's English list, the last of which holds
 * a checksum of 8 bits. Whoever has the words has the identity.
 */

/** How many words a phrase has. */
export const phraseWords = 24;

/** Longer than any phrase, however it is spaced out. */
const mostCharacters = 2_000;

/** In lower case, one space between words. Throws for a root that isn't 32 bytes: a bug of ours. */
export function phraseFromRoot(root: Uint8Array): string {
  if (root.length !== 32) throw new TypeError('a root has 32 bytes');
  return entropyToMnemonic(root, wordlist);
}

/** Why a text is no phrase, so that the person can be shown where to look. It is theirs, never a peer's. */
export type PhraseRefusal =
  | { readonly ok: false; readonly code: 'too-large' | 'wrong-checksum' }
  | { readonly ok: false; readonly code: 'wrong-word-count'; readonly words: number }
  /** The first word that isn't in the list; `position` counts from 1. */
  | { readonly ok: false; readonly code: 'unknown-word'; readonly position: number };

/**
 * What a person typed or pasted: case, spaces, line ends and the width of letters (an East Asian
 * keyboard's) don't matter. `wrong-checksum` means that all words are in the list, but one is another than was written
 * down, or two have changed places; a wrong phrase passes it once in 256 times.
 */
export function rootFromPhrase(text: string): Accepted<Uint8Array> | PhraseRefusal {
  if (text.length > mostCharacters) return { ok: false, code: 'too-large' };
  const words = wordsOf(text);
  const position = words.findIndex((word) => !wordlist.includes(word)) + 1;
  if (position > 0) return { ok: false, code: 'unknown-word', position };
  if (words.length !== phraseWords) {
    return { ok: false, code: 'wrong-word-count', words: words.length };
  }
  try {
    return accept(mnemonicToEntropy(words.join(' '), wordlist));
  } catch {
    // Of what it checks only the checksum is left.
    return { ok: false, code: 'wrong-checksum' };
  }
}

function wordsOf(text: string): string[] {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}
