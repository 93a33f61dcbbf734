import type { Fetch } from '../store/ports.ts';

/**
 * A request that says nothing of the browser it comes from, so that persons and visits can't be linked by
 * it: no system, no languages, and not the add-on's own origin, which is the same in all that one browser
 * profile sends. In `same-origin` mode, which reaches what host permissions allow, a POST says `null`.
 */
export const fetchUnnamed: Fetch = (url, init) => {
  const headers = new Headers(init?.headers);
  headers.set('User-Agent', 'Network25');
  headers.set('Accept-Language', 'en');
  return fetch(url, { ...init, headers, mode: 'same-origin' });
};
