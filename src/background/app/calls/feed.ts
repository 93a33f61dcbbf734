import type { feedCalls } from '../../../protocol/page-calls/feed.ts';
import { checkedSpace, done, type HandlersOf, type WhichPerson } from './answers.ts';

export function feedHandlers(person: WhichPerson): HandlersOf<typeof feedCalls> {
  return {
    writePost: ({ text, space, answers, attached }) =>
      person().posting.write(
        text,
        space === undefined ? undefined : checkedSpace(space),
        answers,
        attached,
      ),
    editPost: async ({ text, ...which }) => done(person().posting.edit(which, text)),
    retractPost: async (which) => done(person().posting.retract(which)),
    react: async ({ sign, ...which }) => done(person().posting.react(which, sign)),
    thread: ({ space, post }) => person().feed.thread(space, post),
    feed: (part) => person().feed.page(part),
    askAgain: async ({ space }) => {
      person().missing.ask(checkedSpace(space));
      return null;
    },
    markFeedRead: async () => done(person().feed.markRead()),
  };
}
