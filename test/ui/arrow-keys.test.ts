import { expect, it } from 'vitest';
import { targetRow } from '../../src/ui/components/arrow-keys.ts';

it('arrow keys move by one and stop at the ends; Home and End jump; others do nothing', () => {
  expect(targetRow('ArrowDown', 0, 3)).toBe(1);
  expect(targetRow('ArrowDown', 2, 3)).toBe(2);
  expect(targetRow('ArrowUp', 0, 3)).toBe(0);
  expect(targetRow('Home', 2, 3)).toBe(0);
  expect(targetRow('End', 0, 3)).toBe(2);
  expect(targetRow('a', 1, 3)).toBeUndefined();
});
