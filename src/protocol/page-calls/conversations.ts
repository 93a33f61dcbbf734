import * as v from 'valibot';
import { onionAddressField, textField } from '../fields.ts';
import { limits } from '../limits.ts';
import { type Life, lives } from '../../domain/conversation-kinds/life.ts';
import { attachedField, type FileView } from './files.ts';
import { friendArgument, noArguments } from './arguments.ts';

/** Private messages. */
export const conversationCalls = {
  conversation: friendArgument,
  sendMessage: v.strictObject({
    address: onionAddressField,
    text: textField(limits.messageCharacters),
    attached: v.optional(attachedField),
  }),
  markConversationRead: friendArgument,
  /** Not counted in all, and nothing tells of what comes. The friend doesn't learn of it. */
  muteConversation: v.strictObject({ address: onionAddressField, muted: v.boolean() }),
  /** How long what is written from now on lives once it is read, in seconds; 0 is for good. */
  setTimer: v.strictObject({ address: onionAddressField, life: v.picklist(lives) }),
  /** Whether we tell this friend what we have read, and are told. */
  setReceipts: v.strictObject({
    address: onionAddressField,
    receipts: v.picklist(['default', 'on', 'off']),
  }),
  talkSettings: noArguments,
  setTalkSettings: v.strictObject({ receipts: v.boolean(), eraseWhenAsked: v.boolean() }),
  /** Erase all that was said with this friend, keys first, and ask the same of them. */
  purgeConversation: friendArgument,
  /** The person has seen what became of that. */
  dismissPurge: friendArgument,
} as const;

export interface ConversationResults {
  conversation: ConversationView;
  sendMessage: { id: string };
  markConversationRead: null;
  muteConversation: null;
  setTimer: null;
  setReceipts: null;
  talkSettings: TalkSettingsView;
  setTalkSettings: null;
  purgeConversation: null;
  dismissPurge: null;
}

export interface TalkSettingsView {
  receipts: boolean;
  eraseWhenAsked: boolean;
}

export interface MessageView {
  id: string;
  mine: boolean;
  /** `newer`: said by a newer Network25, and not to be read with this one. */
  kind: 'text' | 'newer' | 'timer' | 'introduction' | 'purge';
  /** Of a `purge` that the friend asked for: whether ours was `erased`, too, or `kept`. */
  text: string;
  files?: FileView[];
  time: number;
  /** How many seconds it lives once it is read. */
  life?: number;
  /** What the two agreed on. */
  timer?: Life;
  introduction?: { address: string; name: string };
  /**
   * Our own message: still here (there is no connection, or no key of theirs that is still good), being sent,
   * stored on the friend's machine, or read there.
   */
  delivery?: 'waiting' | 'waiting-for-keys' | 'on-the-way' | 'on-their-machine' | 'read';
}

export interface ConversationView {
  address: string;
  petname: string;
  messages: MessageView[];
  /** How long what is written now lives, and whether it was us who said so. */
  timer: { life: Life; mine: boolean };
  receipts: { setting: 'default' | 'on' | 'off'; on: boolean; theirs: boolean };
  muted: boolean;
  /** We have purged the conversation: what became of asking the same of them. */
  purge?: { time: number; state: 'to-ask' | 'asked' | 'erased' | 'kept' };
}
