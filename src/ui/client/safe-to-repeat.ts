import type { PageCallName } from '../../protocol/page-calls.ts';

/**
 * Whether a call may be sent a second time when its answer was lost. Reads may, and writes whose
 * second time changes nothing; a post or a message must never be sent twice behind a person's back.
 */
export const safeToRepeat: Record<PageCallName, boolean> = {
  state: true,
  createIdentity: false,
  retry: true,
  bridges: true,
  setBridges: true,
  alwaysOn: true,
  setAlwaysOn: true,
  testService: true,
  myProfile: true,
  saveProfile: true,
  myKeys: true,
  setPublicFace: true,
  changeAddress: false,
  writePost: false,
  feed: true,
  markFeedRead: true,
  previewFriend: true,
  addFriend: false,
  friends: true,
  renameFriend: true,
  removeFriend: false,
  followMove: false,
  ignoreMove: true,
  requests: true,
  acceptRequest: false,
  declineRequest: false,
  setVerified: true,
  conversation: true,
  sendMessage: false,
  markConversationRead: true,
  pendingLink: true,
  // By the second time there may be another, which nobody has dealt with.
  dropPendingLink: false,
};
