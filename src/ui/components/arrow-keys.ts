/**
 * Moves the focus among the rows of a list with the arrow keys, Home and End. Returns whether the
 * key was one of them; the focus stops at the ends.
 */
export function moveFocus(event: KeyboardEvent, list: Element, rows: string): boolean {
  const all = [...list.querySelectorAll<HTMLElement>(rows)];
  const at = all.findIndex((row) => row === document.activeElement);
  if (at < 0) return false;
  const to = targetRow(event.key, at, all.length);
  if (to === undefined) return false;
  event.preventDefault();
  all[to]?.focus();
  return true;
}

/** The row a key leads to, or nothing if it is no key for moving. */
export function targetRow(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(at + 1, count - 1);
    case 'ArrowUp':
      return Math.max(at - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
