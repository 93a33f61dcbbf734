import type { conversationCalls } from '../../../protocol/page-calls/conversations.ts';
import { done, type HandlersOf, type WhichPerson } from './answers.ts';

export function conversationHandlers(person: WhichPerson): HandlersOf<typeof conversationCalls> {
  return {
    conversation: async ({ address }) => {
      const { book, messages } = person();
      const { petname } = book.get(address).record;
      return { address, petname, messages: messages.list(address) };
    },
    sendMessage: ({ address, text }) => person().sendMessage(address, text),
    markConversationRead: async ({ address }) => done(person().messages.markRead(address)),
  };
}
