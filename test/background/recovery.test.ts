import { beforeAll, describe, expect, it } from 'vitest';
import { createKeys, openKeys } from '../../src/background/identity.ts';
import { allWords, checkWords, rootOfWords, wordsOf } from '../../src/background/safe/recovery.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';

beforeAll(() => sodiumReady());

// BIP39's own vector for 32 bytes of zeros (trezor/python-mnemonic, vectors.json).
const zeros = `${'abandon '.repeat(23)}art`;

describe('the 24 words', () => {
  it('bring the same identity back, and another device', () => {
    const keys = createKeys();
    const words = wordsOf(keys);
    expect(words).toHaveLength(24);
    for (const word of words) expect(allWords).toContain(word);
    const back = createKeys(rootOfWords(words.join('\n').toUpperCase()));
    expect(back.root).toBe(keys.root);
    expect(openKeys(back).me.identity.address).toBe(openKeys(keys).me.identity.address);
    expect(back.device).not.toBe(keys.device);
    expect(back.vault).not.toBe(keys.vault);
  });

  it.each([
    ['', { outcome: 'wrong-count', words: 0 }],
    ['abandon abandon', { outcome: 'wrong-count', words: 2 }],
    [zeros.replace('abandon', 'abandonn'), { outcome: 'unknown-word', position: 1 }],
    [zeros.replace('art', 'abandon'), { outcome: 'wrong-order' }],
    [`art ${'abandon '.repeat(23)}`, { outcome: 'wrong-order' }],
    ['a'.repeat(2_001), { outcome: 'wrong-order' }],
    [` ${zeros.toUpperCase()} `, { outcome: 'right' }],
  ])('of %j it is said where to look', (text, outcome) => {
    expect(checkWords(text)).toEqual(outcome);
  });

  it('are refused whole where nobody looks', () => {
    expect(() => rootOfWords('abandon')).toThrow(
      expect.objectContaining({ code: 'words-unknown' }),
    );
    expect([...rootOfWords(zeros)]).toEqual(Array.from({ length: 32 }, () => 0));
  });
});
