import type { PeerTokens } from '../../src/sync/peer-tokens.ts';

/** One token for all, for ever: for tests in which how tokens come is not the story. */
export const fixedToken: PeerTokens = {
  get: async () => ({ token: 'T', until: Infinity }),
  held: () => 'T',
  end: () => undefined,
};
