/** What a passphrase is worth, roughly: nobody can know how it was thought of. */
export type Strength = 'weak' | 'fair' | 'strong';

const fairBits = 40;
const strongBits = 64;
/** Letters of words follow from one another: Shannon's upper figure for a text is below this. */
const bitsOfLetter = 2.5;
const bitsOfOther = 4;
const bitsOfRepeated = 0.5;

/**
 * By its letters: those of words count little, a letter that was just there, or the next one of the alphabet or
 * the row of digits, hardly. Five words that have nothing to do with each other come out strong.
 */
export function strengthOf(passphrase: string): Strength {
  let bits = 0;
  let before = '';
  for (const letter of passphrase.trim().normalize('NFKC')) {
    bits += follows(before, letter) ? bitsOfRepeated : bitsOf(letter);
    before = letter;
  }
  // However long, it is no better than the few different characters it is made of.
  const different = new Set(passphrase).size;
  bits = Math.min(bits, different * 8);
  if (bits < fairBits) return 'weak';
  return bits < strongBits ? 'fair' : 'strong';
}

function bitsOf(letter: string): number {
  return /[\p{Ll}\s]/u.test(letter) ? bitsOfLetter : bitsOfOther;
}

function follows(before: string, letter: string): boolean {
  const step = (letter.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? -9);
  return Math.abs(step) <= 1;
}
