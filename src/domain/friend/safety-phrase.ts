import { hashFor } from '../hash.ts';

const groups = 6;

/**
 * What two people read to each other to know that they have each other's true key: the same on both
 * sides. Each person's half is 30 digits of their own key (100 bits), so that someone in the middle
 * would have to find a key with a given half; one number mixed from both keys could be met in the
 * middle with the square root of the work.
 */
export function safetyPhrase(a: Uint8Array, b: Uint8Array): string {
  return [half(a), half(b)].toSorted().join(' ');
}

function half(publicKey: Uint8Array): string {
  return digitsOf(hashFor('safety-phrase', publicKey));
}

/** Six groups of five digits, each from five bytes, so that the remainder is even to 2⁻²³. */
export function digitsOf(hash: Uint8Array): string {
  const digits: string[] = [];
  for (let group = 0; group < groups; group += 1) {
    const number = hash
      .subarray(group * 5, group * 5 + 5)
      .reduce((value, byte) => value * 256 + byte, 0);
    digits.push(String(number % 100_000).padStart(5, '0'));
  }
  return digits.join(' ');
}
