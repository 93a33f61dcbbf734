import { expect, it } from 'vitest';
import { strengthOf } from '../../src/ui/format/passphrase.ts';

it.each([
  ['', 'weak'],
  ['secret', 'weak'],
  ['Passw0rd!', 'weak'],
  ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'weak'],
  ['abababababababababababababababababab', 'weak'],
  ['abcdefghijklmnopqrstuvwxyz0123456789', 'weak'],
  ['lantern river tuesday', 'fair'],
  ['lantern river tuesday moss violin', 'strong'],
  ['X7#kQ2!vLp9&mZ4@wR', 'strong'],
])('%s is %s', (passphrase, strength) => {
  expect(strengthOf(passphrase)).toBe(strength);
});
