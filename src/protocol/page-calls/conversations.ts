import * as v from 'valibot';
import { onionAddressField, textField } from '../fields.ts';
import { limits } from '../limits.ts';
import { friendArgument } from './arguments.ts';

/** Private messages. */
export const conversationCalls = {
  conversation: friendArgument,
  sendMessage: v.strictObject({
    address: onionAddressField,
    text: textField(limits.messageCharacters),
  }),
  markConversationRead: friendArgument,
} as const;

export interface ConversationResults {
  conversation: ConversationView;
  sendMessage: { id: string };
  markConversationRead: null;
}

export interface MessageView {
  id: string;
  mine: boolean;
  /** `newer`: said by a newer Network25, and not to be read with this one. */
  kind: 'text' | 'newer';
  text: string;
  time: number;
  /** Our own message: still here, being sent, or stored on the friend's machine. */
  delivery?: 'waiting' | 'on-their-machine';
}

export interface ConversationView {
  address: string;
  petname: string;
  messages: MessageView[];
}
