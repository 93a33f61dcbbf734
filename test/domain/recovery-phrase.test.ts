import * as fc from 'fast-check';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/domain/bytes.ts';
import { identityFromRoot } from '../../src/domain/identity.ts';
import { phraseFromRoot, phraseWords, rootFromPhrase } from '../../src/domain/recovery-phrase.ts';
import { loadVectors } from '../vectors/load.ts';
import { must, person } from './people.ts';

const { tests } = loadVectors('bip39-english-24') as {
  readonly tests: readonly { readonly root: string; readonly phrase: string }[];
};
const { root } = person('Alice').identity;
const phrase = phraseFromRoot(root);
const words = phrase.split(' ');
function rootOf(text: string): Uint8Array {
  const read = rootFromPhrase(text);
  if (!read.ok) throw new Error(read.code);
  return read.value;
}

const anyRoot = fc.uint8Array({ minLength: 32, maxLength: 32 });

test.each(tests)('BIP39: $phrase', ({ root: hex, phrase: published }) => {
  expect(phraseFromRoot(must(fromHex(hex)))).toBe(published);
  expect(toHex(rootOf(published))).toBe(hex);
});

test('every root comes back from its phrase, and so does the identity', () => {
  fc.assert(
    fc.property(anyRoot, (any) => {
      expect(rootOf(phraseFromRoot(any))).toEqual(any);
    }),
  );
  expect(identityFromRoot(rootOf(phrase))).toEqual(identityFromRoot(root));
});

/** The same letters as an East Asian keyboard types them. */
function fullWidth(text: string): string {
  return text.replaceAll(/[a-z]/g, (letter) =>
    String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0),
  );
}

test.each([
  ['in capitals', phrase.toUpperCase()],
  ['one on each line', words.join('\r\n')],
  ['with spaces everywhere', `\t  ${words.join('   ')}\u00a0\n`],
  ['with ideographic spaces', words.join('\u3000')],
  ['in full width', fullWidth(phrase)],
])('a phrase %s is the same phrase', (_how, typed) => {
  expect(rootOf(typed)).toEqual(root);
});

test('a misspelt word is pointed at', () => {
  expect(rootFromPhrase(words.with(6, 'bitcoin').join(' '))).toEqual({
    ok: false,
    code: 'unknown-word',
    position: 7,
  });
  const both = [...words.slice(0, 3), 'abandonn'].join(' ');
  expect(rootFromPhrase(both)).toMatchObject({ code: 'unknown-word', position: 4 });
});

test.each([
  ['', 0],
  [words.slice(1).join(' '), 23],
  [`${phrase} zoo`, 25],
  [words.slice(0, 12).join(' '), 12],
])('%j has the wrong number of words', (typed, count) => {
  expect(rootFromPhrase(typed)).toEqual({ ok: false, code: 'wrong-word-count', words: count });
});

test('two words that have changed places, or a wrong one, are noticed nearly always', () => {
  const found: boolean[] = [];
  for (let at = 0; at < phraseWords; at += 1) {
    for (const other of wordlist.slice(0, 100)) {
      if (other !== words[at]) found.push(!rootFromPhrase(words.with(at, other).join(' ')).ok);
    }
  }
  const missed = found.filter((noticed) => !noticed).length;
  // One in 256 is expected, of 2,400 about nine.
  expect(missed).toBeLessThan(40);
  expect(rootFromPhrase(words.toReversed().join(' '))).toEqual({
    ok: false,
    code: 'wrong-checksum',
  });
});

test('whatever is pasted, it is a root or refused with one of four codes', () => {
  const anyWords = fc.array(fc.constantFrom(...wordlist), { minLength: 22, maxLength: 25 });
  const pasted = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    anyWords.map((list) => list.join(' ')),
  );
  const codes = ['too-large', 'wrong-checksum', 'wrong-word-count', 'unknown-word'];
  fc.assert(
    fc.property(pasted, (text) => {
      const read = rootFromPhrase(text);
      expect(read.ok ? read.value.length === 32 : codes.includes(read.code)).toBe(true);
    }),
  );
  expect(rootFromPhrase('zoo '.repeat(1_000))).toEqual({ ok: false, code: 'too-large' });
});

test('only a root has a phrase', () => {
  expect(() => phraseFromRoot(root.subarray(1))).toThrow(TypeError);
});
