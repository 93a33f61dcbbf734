import type { OnionAddress } from '../../domain/address.ts';
import { parseAddress } from '../../domain/address.ts';
import { CodedError } from '../../protocol/codes.ts';
import type { PageHandlers } from '../pages/page-server.ts';
import { keyViews } from './key-view.ts';
import type { Person } from './person.ts';

/** The calls that need no identity, or bring one about; the others are refused until there is one. */
export type AppCalls = Pick<
  PageHandlers,
  | 'state'
  | 'createIdentity'
  | 'retry'
  | 'bridges'
  | 'setBridges'
  | 'alwaysOn'
  | 'setAlwaysOn'
  | 'testService'
  | 'setPublicFace'
  | 'changeAddress'
  | 'pendingLink'
  | 'dropPendingLink'
>;

/** @param person throws CodedError `no-identity` or the reason why it can't be opened */
export function pageHandlers(app: AppCalls, person: () => Person): PageHandlers {
  return {
    ...app,
    myProfile: async () => {
      const { profile, book } = person();
      return profile.view((address) => book.find(address)?.record.petname);
    },
    saveProfile: async ({ name, about, interests, shownFriends }) => {
      const me = person();
      await me.saveProfile({
        name,
        about,
        interests,
        shownFriends: shownFriends.map((address) => ({
          address: checked(address),
          name: me.book.get(address).record.name,
        })),
      });
      return null;
    },
    myKeys: async () => {
      const { identity } = person().context.me;
      return { address: identity.address, keys: keyViews(person().profile.bundle) };
    },

    writePost: ({ text }) => person().writePost(text),
    feed: ({ before, limit }) => {
      const friends = person()
        .book.all()
        .filter(({ record }) => record.state === 'friend');
      return person().feed.page(before, limit, friends.length);
    },
    markFeedRead: async () => done(person().feed.markRead()),

    previewFriend: ({ link }) => person().friendships.preview(link),
    addFriend: async ({ address, petname, note }) =>
      done(person().friendships.add(checked(address), petname, note)),
    friends: async () => person().friendViews.all(),
    renameFriend: async ({ address, petname }) => done(person().book.update(address, { petname })),
    removeFriend: async ({ address }) => done(person().partings.removeFriend(address)),
    followMove: async ({ address }) => done(person().partings.followMove(address)),
    ignoreMove: async ({ address }) => done(person().moves.ignore(address)),
    requests: async () => person().friendships.requests(),
    acceptRequest: async ({ address, petname }) =>
      done(person().friendships.accept(checked(address), petname)),
    declineRequest: async ({ address }) => done(person().friendships.decline(checked(address))),
    setVerified: async ({ address, verified }) => done(person().book.update(address, { verified })),

    conversation: async ({ address }) => {
      const { book, messages } = person();
      const { petname } = book.get(address).record;
      return { address, petname, messages: messages.list(address) };
    },
    sendMessage: ({ address, text }) => person().sendMessage(address, text),
    markConversationRead: async ({ address }) => done(person().messages.markRead(address)),
  };
}

/** The contract checked the address's letters; its checksum is checked here. */
function checked(text: string): OnionAddress {
  const address = parseAddress(text);
  if (!address.ok) throw new CodedError('not-an-onion-link');
  return address.value;
}

async function done(work: Promise<unknown>): Promise<null> {
  await work;
  return null;
}
