import { expect, test } from 'vitest';
import { ways } from './outside-ways.ts';

const cases = 15_000;

test('the cases of all ways in are more than a million', () => {
  expect(ways.length * cases).toBeGreaterThan(1_000_000);
});

test.each(ways)(`$name: ${cases.toLocaleString('en')} cases`, { timeout: 600_000 }, ({ check }) => {
  expect(check(cases)).toBeGreaterThan(0);
});
