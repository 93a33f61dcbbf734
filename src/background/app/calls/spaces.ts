import type { spaceCalls } from '../../../protocol/page-calls/spaces.ts';
import {
  checkedAddress,
  checkedSpace,
  done,
  type HandlersOf,
  type WhichPerson,
} from './answers.ts';

export function spaceHandlers(person: WhichPerson): HandlersOf<typeof spaceCalls> {
  const desk = () => person().places.desk;
  const mutes = () => person().publics.spaces.mutes;
  return {
    spaces: async () => person().places.views.all(),
    space: async ({ space }) => person().places.views.one(space),
    createBlog: async ({ title }) => ({ space: await desk().createBlog(title) }),
    createForum: async ({ title }) => ({ space: await desk().createForum(title) }),
    renameBlog: async ({ space, title }) => done(desk().renameBlog(checkedSpace(space), title)),
    followSpace: async ({ link }) => ({ space: await desk().follow(link) }),
    unfollowSpace: async ({ space }) => done(desk().unfollow(checkedSpace(space))),
    followListed: async ({ address, space }) =>
      done(desk().followListed(checkedAddress(address), checkedSpace(space))),
    muteSpace: async ({ space, muted }) => done(mutes().muteSpace(space, muted)),
    showForum: async ({ space, shown }) => done(desk().showForum(checkedSpace(space), shown)),
    mutePerson: async ({ address, muted, carried }) =>
      done(desk().mutePerson(checkedAddress(address), muted, carried)),
    mutedPeople: async () =>
      mutes()
        .people()
        .map(({ address, carried }) => {
          const name = person().nameOf(address);
          return { address, carried, ...(name === undefined ? {} : { name }) };
        }),
    lookNow: async () => {
      person().publics.lookNow();
      return null;
    },
  };
}
