import { backupWays } from './outside-input-backup.ts';
import { documentWays } from './outside-input-documents.ts';
import { forumWays } from './outside-input-forum.ts';
import { membershipWays } from './outside-input-membership.ts';
import { peerWays } from './outside-input-peers.ts';
import { searchWays } from './outside-input-search.ts';
import { secretWays } from './outside-input-secrets.ts';
import { spaceWays } from './outside-input-spaces.ts';
import type { Way } from './outside-input.ts';

/** Every way in. Each must answer with a value or with a code of the closed list. */
export const ways: readonly Way[] = [
  ...backupWays,
  ...documentWays,
  ...forumWays,
  ...membershipWays,
  ...peerWays,
  ...searchWays,
  ...secretWays,
  ...spaceWays,
];
