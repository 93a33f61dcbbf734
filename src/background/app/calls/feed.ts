import type { feedCalls } from '../../../protocol/page-calls/feed.ts';
import { mentionable } from '../feed/mentionable.ts';
import { checkedSpace, done, type HandlersOf, type WhichPerson } from './answers.ts';

export function feedHandlers(person: WhichPerson): HandlersOf<typeof feedCalls> {
  return {
    writePost: ({ text, space, answers, attached, title }) =>
      person().posting.write(
        text,
        space === undefined ? undefined : checkedSpace(space),
        answers,
        attached,
        title,
      ),
    editPost: async ({ text, title, ...which }) => done(person().posting.edit(which, text, title)),
    retractPost: async (which) => {
      await person().posting.retract(which);
      const place = `${which.space}/edit-${which.post}`;
      return done(person().context.drafts.keep(place, { text: '', title: '' }));
    },
    mentionable: async ({ space }) => mentionable(person(), space),
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
