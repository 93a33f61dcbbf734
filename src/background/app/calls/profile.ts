import type { profileCalls } from '../../../protocol/page-calls/profile.ts';
import { keyViews } from '../self/key-view.ts';
import { checkedAddress, type HandlersOf, type WhichPerson } from './answers.ts';

export function profileHandlers(person: WhichPerson): HandlersOf<typeof profileCalls> {
  return {
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
          address: checkedAddress(address),
          name: me.book.get(address).record.name,
        })),
      });
      return null;
    },
    myKeys: async () => {
      const { identity } = person().context.me;
      return { address: identity.address, keys: keyViews(person().profile.bundle) };
    },
  };
}
