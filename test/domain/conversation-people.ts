import {
  newConversation,
  receiveMessage,
  sendMessage,
  type Conversation,
  type Received,
} from '../../src/domain/conversation/conversation.ts';
import {
  makePreKey,
  openPreKey,
  type PreKey,
  type PreKeyOffer,
} from '../../src/domain/conversation/pre-key.ts';
import type { Content } from '../../src/domain/conversation/content.ts';
import { textKind } from '../../src/domain/conversation-kinds/text.ts';
import type { SealedDocument } from '../../src/domain/document/sealed.ts';
import { conversationSpace, pairSecret } from '../../src/domain/friend/pair.ts';
import type { Result } from '../../src/domain/result.ts';
import { must, type Person } from './people.ts';

/** A person in one conversation: their keys, their value of it, and a clock that goes on by itself. */
export interface Talker {
  readonly person: Person;
  readonly preKeys: readonly PreKey[];
  readonly conversation: Conversation;
}

export const startTime = 1_700_000_000_000;
let clock = startTime;

/** What a message that is known to be a text says. */
export function textOf(content: Content): string {
  return must(textKind.read(content)).text;
}

export function preKeyOf(person: Person, now = startTime): PreKey {
  const making = { owner: person.identity.publicKey, signer: person.device.signing, now };
  return makePreKey(making, person.random);
}

export function offerOf({ person, preKeys }: Talker): PreKeyOffer {
  const speaker = { publicKey: person.identity.publicKey, device: person.bundle.device };
  return must(openPreKey(preKeys.at(-1)?.statement ?? new Uint8Array(0), speaker));
}

export function talker(person: Person, friend: Person): Talker {
  const me = person.identity.publicKey;
  const { publicKey } = friend.identity;
  const secret = person.device.encryption.secretKey;
  const pair = must(pairSecret(secret, friend.bundle.encryption, me, publicKey));
  const { id: spaceId } = conversationSpace(pair, me, publicKey);
  return {
    person,
    preKeys: [preKeyOf(person)],
    conversation: newConversation({ spaceId, me, friend: publicKey }),
  };
}

/** `from` after saying it, and the document. */
export function say(
  from: Talker,
  to: Talker,
  text: string,
  time = (clock += 1_000),
): readonly [Talker, SealedDocument] {
  const { conversation, sealed } = must(
    sendMessage(
      from.conversation,
      {
        content: must(textKind.write({ text })),
        time,
        now: time,
        mine: from.person.device.encryption,
        theirs: to.person.bundle.encryption,
        offer: offerOf(to),
      },
      from.person.random,
    ),
  );
  return [{ ...from, conversation }, sealed];
}

export function tryHear(to: Talker, from: Talker, json: unknown): Result<Received> {
  const { preKeys, conversation, person } = to;
  const mine = person.device.encryption;
  const theirs = from.person.bundle.encryption;
  return receiveMessage(conversation, json, { mine, theirs, preKeys }, person.random);
}

/** `to` after reading it, and what it says. */
export function hear(
  to: Talker,
  from: Talker,
  { json }: SealedDocument,
): readonly [Talker, string] {
  const { conversation, message } = must(tryHear(to, from, json));
  return [{ ...to, conversation }, textOf(message)];
}

/** Says it and reads it at once. */
export function exchange(from: Talker, to: Talker, text: string): readonly [Talker, Talker] {
  const [sender, sealed] = say(from, to, text);
  const [reader, read] = hear(to, sender, sealed);
  if (read !== text) throw new Error('another text arrived');
  return [sender, reader];
}
