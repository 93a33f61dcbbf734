import { expect, it } from 'vitest';
import { olderEnd } from '../../src/protocol/native-messages.ts';

it.each([
  [3, 4, 'host-older'],
  [4, 3, 'addon-older'],
  [4, 4, undefined],
] as const)('a host of version %i and an add-on of %i: %s', (host, addon, older) => {
  expect(olderEnd(host, addon)).toBe(older);
});
