import { equalBytes, fromBase64Url, toBase64Url } from '../../../domain/bytes.ts';
import {
  type Conversation,
  newConversation,
  receiveMessage,
  sendMessage,
  withoutFiled,
} from '../../../domain/conversation/conversation.ts';
import type { Content, Message } from '../../../domain/conversation/content.ts';
import type { PreKey } from '../../../domain/conversation/pre-key.ts';
import { decodeConversation, encodeConversation } from '../../../domain/conversation/stored.ts';
import { wrapSealed } from '../../../domain/document/sealed.ts';
import { accept, type Result } from '../../../domain/result.ts';
import type { Json } from '../../../store/ports.ts';
import type { Space } from '../../../domain/space/charter.ts';
import type { Context } from '../context.ts';
import type { Friend } from '../friends/friend-book.ts';
import { stored } from '../self/own-spaces.ts';
import { conversationRecord, decodeRecord, type KeptDocument } from '../records.ts';

/** A conversation one step on. It counts once `entry` is in the vault and `keep` was called. */
export interface Step {
  readonly next: Conversation;
  readonly message: Message;
}

/** What opens what friends' starts were sealed to. */
export interface HeldPreKeys {
  all(): readonly PreKey[];
}

/**
 * The ratchets of all conversations, as the vault has them. A step is taken on a copy: whoever takes it
 * writes the new state and what it gave into the vault together, so that no key is ever used twice and
 * no plaintext lost, whatever dies in between.
 */
export class ConversationStates {
  readonly #context: Context;
  readonly #preKeys: HeldPreKeys;
  readonly #states = new Map<string, Conversation>();
  /** Ids of messages whose documents lie in their space now: the journal may let them go. */
  readonly #published = new Set<string>();

  constructor(context: Context, preKeys: HeldPreKeys) {
    this.#context = context;
    this.#preKeys = preKeys;
  }

  /**
   * Seals the next message. Refused where the friend's pre-key is needed and has expired (`expired`), or
   * for more than one message may say (`too-large`).
   */
  seal(
    friend: Friend,
    content: Content,
    time: number,
  ): Result<Step & { readonly document: KeptDocument }> {
    const { me, random, now } = this.#context;
    const { encryption, preKey } = friend.bundle;
    const mine = me.device.encryption;
    const sent = sendMessage(
      this.#of(friend),
      { content, time, now: now(), mine, theirs: encryption, offer: preKey },
      random,
    );
    if (!sent.ok) return sent;
    const { conversation: next, message, sealed } = sent.value;
    return accept({ next, message, document: stored(sealed.json) });
  }

  /** Whether this opens in a conversation of theirs that we have not begun. Nothing comes of it. */
  opensIn(space: Space, friend: Friend, document: unknown): boolean {
    const { publicKey } = this.#context.me.identity;
    const parties = { spaceId: space.id, me: publicKey, friend: friend.bundle.publicKey };
    return this.open(friend, document, newConversation(parties)).ok;
  }

  /** Opens what came, on top of `before` or of what the vault has. Refused as `receiveMessage` refuses. */
  open(friend: Friend, document: unknown, before?: Conversation): Result<Step> {
    const { me, random } = this.#context;
    const opened = receiveMessage(
      before ?? this.#of(friend),
      document,
      {
        mine: me.device.encryption,
        theirs: friend.bundle.encryption,
        preKeys: this.#preKeys.all(),
      },
      random,
    );
    if (!opened.ok) return opened;
    const { conversation, message } = opened.value;
    return accept({ next: withoutFiled(conversation, new Set([message.id])), message });
  }

  /** What the vault must hold of it, to be written together with what the step gave. */
  entry(conversation: Conversation, friend: Friend): [name: string, value: Json] {
    const state = toBase64Url(encodeConversation(conversation));
    return [recordName(friend.conversation.name), { state }];
  }

  /** After the write. */
  keep(friend: Friend, next: Conversation): void {
    this.#states.set(friend.conversation.name, next);
  }

  /** Documents of ours that may not be in the space yet, by the name their message has there. */
  unpublished(friend: Friend): { readonly messageId: string; readonly document: KeptDocument }[] {
    const { id } = friend.conversation;
    return this.#of(friend).journal.map(({ message, ciphertext }) => ({
      messageId: message.id,
      document: stored(wrapSealed(id, ciphertext).json),
    }));
  }

  /** Without what the journal holds of these documents of ours; `undefined` if it holds none. */
  without(friend: Friend, documentIds: ReadonlySet<string>): Conversation | undefined {
    const dropped = this.unpublished(friend).filter(({ document }) =>
      documentIds.has(document._id),
    );
    const kept = this.#states.get(friend.conversation.name);
    const state = this.#of(friend);
    if (dropped.length === 0 && kept?.journal.length === state.journal.length) return undefined;
    return withoutFiled(state, new Set(dropped.map(({ messageId }) => messageId)));
  }

  /** They lie in the space now. The journal lets them go with the next write. */
  published(messageIds: Iterable<string>): void {
    for (const id of messageIds) this.#published.add(id);
  }

  /** The keys of this conversation are gone for good: what was sealed stays sealed. */
  forgetting(space: string): [name: string, value: undefined] {
    this.#states.delete(space);
    return [recordName(space), undefined];
  }

  /** The spaces whose keys we hold. */
  spaces(): string[] {
    return this.#context.vault.entries(prefix).map(([name]) => name.slice(prefix.length));
  }

  #of(friend: Friend): Conversation {
    const { name } = friend.conversation;
    const state = this.#states.get(name) ?? this.#read(friend);
    this.#states.set(name, state);
    return withoutFiled(state, this.#published);
  }

  /** A state that doesn't decode is as good as lost, and a lost one is begun anew with the next message. */
  #read(friend: Friend): Conversation {
    const { me, vault } = this.#context;
    const { id: spaceId, name } = friend.conversation;
    const record = decodeRecord(conversationRecord, vault.get(recordName(name)));
    const bytes = record && fromBase64Url(record.state);
    const state = bytes?.ok ? decodeConversation(bytes.value) : undefined;
    if (state?.ok && equalBytes(state.value.spaceId, spaceId)) return state.value;
    return newConversation({
      spaceId,
      me: me.identity.publicKey,
      friend: friend.bundle.publicKey,
    });
  }
}

const prefix = 'conversation/';

function recordName(space: string): string {
  return `${prefix}${space}`;
}
