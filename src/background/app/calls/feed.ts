import type { feedCalls } from '../../../protocol/page-calls/feed.ts';
import { checkedSpace, done, type HandlersOf, type WhichPerson } from './answers.ts';

export function feedHandlers(person: WhichPerson): HandlersOf<typeof feedCalls> {
  return {
    writePost: ({ text, space }) =>
      person().writePost(text, space === undefined ? undefined : checkedSpace(space)),
    feed: (part) => person().feed.page(part),
    markFeedRead: async () => done(person().feed.markRead()),
  };
}
