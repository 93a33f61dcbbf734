import type { feedCalls } from '../../../protocol/page-calls/feed.ts';
import { done, type HandlersOf, type WhichPerson } from './answers.ts';

export function feedHandlers(person: WhichPerson): HandlersOf<typeof feedCalls> {
  return {
    writePost: ({ text }) => person().writePost(text),
    feed: (part) => person().feed.page(part),
    markFeedRead: async () => done(person().feed.markRead()),
  };
}
