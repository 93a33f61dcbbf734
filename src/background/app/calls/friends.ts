import type { friendCalls } from '../../../protocol/page-calls/friends.ts';
import { checkedAddress, done, type HandlersOf, type WhichPerson } from './answers.ts';

export function friendHandlers(person: WhichPerson): HandlersOf<typeof friendCalls> {
  return {
    previewFriend: ({ link }) => person().friendships.preview(link),
    addFriend: async ({ address, petname, note }) =>
      done(person().friendships.add(checkedAddress(address), petname, note)),
    friends: async () => person().friendViews.all(),
    renameFriend: async ({ address, petname }) => done(person().book.update(address, { petname })),
    removeFriend: async ({ address }) => done(person().partings.removeFriend(address)),
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
