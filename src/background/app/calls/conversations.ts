import type { conversationCalls } from '../../../protocol/page-calls/conversations.ts';
import { done, type HandlersOf, type WhichPerson } from './answers.ts';

export function conversationHandlers(person: WhichPerson): HandlersOf<typeof conversationCalls> {
  return {
    conversation: ({ address }) => person().talk.files.seen(person().talk.view(address)),
    sendMessage: ({ address, text, attached }) =>
      person().talk.sendMessage(address, text, attached),
    markConversationRead: async ({ address }) => done(person().talk.markRead(address)),
    muteConversation: async ({ address, muted }) => done(person().talk.mute(address, muted)),
    setTimer: async ({ address, life }) => done(person().talk.setTimer(address, life)),
    setReceipts: async ({ address, receipts }) =>
      done(person().talk.setReceipts(address, receipts)),
    talkSettings: async () => person().talk.settings(),
    setTalkSettings: async (settings) => done(person().talk.setSettings(settings)),
    purgeConversation: async ({ address }) => done(person().talk.purge(address)),
    dismissPurge: async ({ address }) => done(person().talk.dismissPurge(address)),
  };
}
