import type { friendCalls } from '../../../protocol/page-calls/friends.ts';
import { checkedAddress, done, type HandlersOf, type WhichPerson } from './answers.ts';

export function friendHandlers(person: WhichPerson): HandlersOf<typeof friendCalls> {
  return {
    previewFriend: ({ link }) => person().friendships.preview(link),
    addFriend: async ({ address, petname, note }) =>
      done(person().friendships.add(checkedAddress(address), petname, note)),
    friends: async () => person().friendViews.all(),
    renameFriend: async ({ address, petname }) => done(person().book.update(address, { petname })),
    parting: async ({ address }) => person().partings.view(checkedAddress(address)),
    removeFriend: async ({ address, keep }) =>
      done(person().partings.removeFriend(checkedAddress(address), keep)),
    formerFriends: async () => person().former.all(),
    formerConversation: async ({ address }) => person().talk.messages.kept(address),
    forgetFormer: async ({ address }) => done(person().former.forget(checkedAddress(address))),
    followMove: async ({ address }) => done(person().partings.followMove(address)),
    ignoreMove: async ({ address }) => done(person().moves.ignore(address)),
    requests: async () => person().friendships.requests(),
    acceptRequest: async ({ address, petname }) =>
      done(person().friendships.accept(checkedAddress(address), petname)),
    declineRequest: async ({ address }) =>
      done(person().friendships.decline(checkedAddress(address))),
    block: async ({ address }) => done(person().blocks.block(checkedAddress(address))),
    unblock: async ({ address }) => done(person().blocks.unblock(address)),
    blocked: async () => person().blocks.all(),
    introduce: async ({ address, other }) => done(person().talk.introduce(address, other)),
    setVerified: async ({ address, verified }) => done(person().book.update(address, { verified })),
  };
}
