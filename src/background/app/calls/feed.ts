import type { feedCalls } from '../../../protocol/page-calls/feed.ts';
import { done, type HandlersOf, type WhichPerson } from './answers.ts';

export function feedHandlers(person: WhichPerson): HandlersOf<typeof feedCalls> {
  return {
    writePost: ({ text }) => person().writePost(text),
    feed: ({ before, limit }) => {
      const friends = person()
        .book.all()
        .filter(({ record }) => record.state === 'friend');
      return person().feed.page(before, limit, friends.length);
    },
    markFeedRead: async () => done(person().feed.markRead()),
  };
}
