import { equalBytes } from '../bytes.ts';
import { unwrapSealed, wrapSealed, type SealedDocument } from '../document/sealed.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { KeyPair, Random } from '../sodium.ts';
import { checkTime } from '../statement.ts';
import { type Content, makeContent, type Message, openContent } from './content.ts';
import type { PreKey, PreKeyOffer } from './pre-key.ts';
import { ratchetOfInitiator, ratchetOfResponder } from './ratchet.ts';
import {
  kinds,
  openInSession,
  sealInSession,
  startIdOf,
  takesOver,
  type Session,
} from './session.ts';
import { decodeStart, initiate, respond, startBlockBytes, type StartBlock } from './start.ts';

/**
 * A conversation as one value: sessions, what has been read but not yet filed elsewhere, and which
 * starts have been used. Every step returns the next value, to be written to the vault in one write
 * *before* its ciphertext is published or its message shown. What is refused changes nothing.
 */
export interface Conversation {
  readonly spaceId: Uint8Array;
  /** Onion keys. */
  readonly me: Uint8Array;
  readonly friend: Uint8Array;
  /** The first is the one to send in; the others still open what comes late. */
  readonly sessions: readonly Session[];
  readonly usedStarts: readonly UsedStart[];
  readonly journal: readonly JournalEntry[];
}

/** A start we have answered, remembered as long as its pre-key lives. */
export interface UsedStart {
  readonly preKeyId: Uint8Array;
  readonly startId: Uint8Array;
}

export interface JournalEntry {
  readonly direction: 'sent' | 'received';
  readonly message: Message;
  /** The document as it is to be published, or was received. */
  readonly ciphertext: Uint8Array;
}

export const conversationLimits = { sessions: 4, usedStarts: 1_000 } as const;

export interface Parties {
  readonly spaceId: Uint8Array;
  readonly me: Uint8Array;
  readonly friend: Uint8Array;
}

export function newConversation({ spaceId, me, friend }: Parties): Conversation {
  return { spaceId, me, friend, sessions: [], usedStarts: [], journal: [] };
}

/**
 * What to go on with after a backup was restored: no session of it, because the other side has gone on
 * and a ratchet set back would use its keys twice.
 */
export function afterRestore(conversation: Conversation): Conversation {
  return { ...conversation, sessions: [] };
}

/** Without the entries that the caller has filed elsewhere (and, if sent, published). */
export function withoutFiled(
  conversation: Conversation,
  messageIds: ReadonlySet<string>,
): Conversation {
  const journal = conversation.journal.filter(({ message }) => !messageIds.has(message.id));
  return { ...conversation, journal };
}

export interface Sending {
  readonly content: Content;
  /** When it was written, which may be long ago: there was no key to seal it with. */
  readonly time: number;
  readonly now: number;
  /** Our long-lived X25519 keys. */
  readonly mine: KeyPair;
  /** The friend's, from the latest bundle we know. */
  readonly theirs: Uint8Array;
  /** The friend's latest pre-key, which a start needs. */
  readonly offer?: PreKeyOffer;
}

export interface Sent {
  readonly conversation: Conversation;
  readonly message: Message;
  readonly sealed: SealedDocument;
}

/** Refused: `too-large`; without a session to send in also `no-session`, `expired`, `weak-key`. */
export function sendMessage(
  conversation: Conversation,
  sending: Sending,
  random: Random,
): Result<Sent> {
  const made = makeContent({ ...sending.content, time: sending.time }, random);
  if (!made.ok) return made;
  const ready = sessionToSendIn(conversation, sending, random);
  if (!ready.ok) return ready;
  const step = sealInSession(ready.value, made.value.padded, random);
  if (!step.ok) return step;
  const { message } = made.value;
  const sealed = wrapSealed(conversation.spaceId, step.value.bytes);
  const entry = { direction: 'sent', message, ciphertext: sealed.ciphertext } as const;
  const after = withSession(conversation, step.value.session, true);
  return accept({
    conversation: { ...after, journal: [...after.journal, entry] },
    message,
    sealed,
  });
}

function sessionToSendIn(
  { sessions, spaceId, me, friend }: Conversation,
  { now, mine, theirs, offer }: Sending,
  random: Random,
): Result<Session> {
  const [current] = sessions;
  if (current !== undefined && equalBytes(current.theirs, theirs)) return accept(current);
  if (offer === undefined) return refuse('no-session');
  const timely = checkTime(offer, now);
  if (!timely.ok) return timely;
  const route = { spaceId, initiator: me, responder: friend };
  const initiated = initiate({ route, mine, theirs, offer }, random);
  if (!initiated.ok) return initiated;
  const { block, started } = initiated.value;
  const ratchet = ratchetOfInitiator(started, offer.agreement, random);
  if (!ratchet.ok) return ratchet;
  return accept({
    id: started.sessionId,
    initiator: 'me',
    startId: startIdOf(block),
    theirs,
    block,
    heardAt: null,
    ratchet: ratchet.value,
  });
}

export interface Receiving {
  readonly mine: KeyPair;
  readonly theirs: Uint8Array;
  /** All whose secrets we still hold. */
  readonly preKeys: readonly PreKey[];
}

export interface Received {
  readonly conversation: Conversation;
  readonly message: Message;
}

/**
 * Our own documents of the same space are refused, too: who sent them has them in the journal. Refused:
 * what `unwrapSealed` refuses, `malformed`, `undecryptable`, `already-read`, `too-far-ahead`,
 * `unknown-pre-key`, `replayed-start`, `too-large`.
 */
export function receiveMessage(
  conversation: Conversation,
  json: unknown,
  receiving: Receiving,
  random: Random,
): Result<Received> {
  const document = unwrapSealed(json, conversation.spaceId);
  if (!document.ok) return document;
  const { ciphertext } = document.value;
  const rest = ciphertext.subarray(1);
  switch (ciphertext[0]) {
    case kinds.message:
      return openInAny(conversation, ciphertext, rest, random);
    case kinds.start:
      return rest.length < startBlockBytes
        ? refuse('malformed')
        : openStart(conversation, ciphertext, receiving, random);
    default:
      return refuse('malformed');
  }
}

function openInAny(
  conversation: Conversation,
  ciphertext: Uint8Array,
  sealed: Uint8Array,
  random: Random,
): Result<Received> {
  let refused: Result<Received> = refuse('undecryptable');
  for (const session of conversation.sessions) {
    const step = openInSession(session, kinds.message, sealed, random);
    if (step.ok) return received(conversation, step.value, ciphertext);
    // Only the session it belongs to knows more than that it can't be opened.
    if (step.code !== 'undecryptable') refused = step;
  }
  return refused;
}

function openStart(
  conversation: Conversation,
  ciphertext: Uint8Array,
  { mine, theirs, preKeys }: Receiving,
  random: Random,
): Result<Received> {
  const block = decodeStart(ciphertext.subarray(1, 1 + startBlockBytes));
  const sealed = ciphertext.subarray(1 + startBlockBytes);
  const startId = startIdOf(block);
  const live = conversation.sessions.find((session) => equalBytes(session.startId, startId));
  if (live !== undefined) {
    const step = openInSession(live, kinds.start, sealed, random);
    return step.ok ? received(conversation, step.value, ciphertext) : step;
  }
  if (conversation.usedStarts.some((used) => equalBytes(used.startId, startId))) {
    return refuse('replayed-start');
  }
  const preKey = preKeys.find(({ id }) => equalBytes(id, block.preKeyId));
  if (preKey === undefined) return refuse('unknown-pre-key');
  const remembered = remember(conversation, { preKeyId: preKey.id, startId }, preKeys);
  if (!remembered.ok) return remembered;
  const { spaceId, me, friend } = conversation;
  const route = { spaceId, initiator: friend, responder: me };
  const started = respond({ route, mine, theirs, preKey, block });
  if (!started.ok) return started;
  const session: Session = {
    id: started.value.sessionId,
    initiator: 'friend',
    startId,
    theirs,
    block: null,
    heardAt: null,
    ratchet: ratchetOfResponder(started.value, preKey.agreement),
  };
  const step = openInSession(session, kinds.start, sealed, random);
  return step.ok ? received(remembered.value, step.value, ciphertext, block) : step;
}

function remember(
  conversation: Conversation,
  start: UsedStart,
  preKeys: readonly PreKey[],
): Result<Conversation> {
  // A start for a pre-key that is gone is refused anyway.
  const living = conversation.usedStarts.filter((used) =>
    preKeys.some(({ id }) => equalBytes(id, used.preKeyId)),
  );
  return living.length < conversationLimits.usedStarts
    ? accept({ ...conversation, usedStarts: [...living, start] })
    : refuse('too-large');
}

function received(
  conversation: Conversation,
  opened: { readonly session: Session; readonly plaintext: Uint8Array },
  ciphertext: Uint8Array,
  start?: StartBlock,
): Result<Received> {
  const content = openContent(opened.plaintext);
  if (!content.ok) return content;
  const message = content.value;
  const session = {
    ...opened.session,
    block: null,
    heardAt: Math.max(opened.session.heardAt ?? 0, message.time),
  };
  const { me, friend } = conversation;
  const [current] = conversation.sessions;
  const first =
    start !== undefined &&
    (current === undefined || takesOver({ current, started: session, me, friend }));
  const after = withSession(conversation, session, first);
  const entry = { direction: 'received', message, ciphertext } as const;
  return accept({ conversation: { ...after, journal: [...after.journal, entry] }, message });
}

/** With this state of a session: where it was, or at the front, or (a new one) behind the first. */
function withSession(conversation: Conversation, session: Session, first: boolean): Conversation {
  const isIt = (other: Session) => equalBytes(other.id, session.id);
  const { sessions } = conversation;
  if (!first && sessions.some(isIt)) {
    return { ...conversation, sessions: sessions.map((one) => (isIt(one) ? session : one)) };
  }
  const others = sessions.filter((one) => !isIt(one));
  const ordered = first
    ? [session, ...others]
    : [...others.slice(0, 1), session, ...others.slice(1)];
  return { ...conversation, sessions: ordered.slice(0, conversationLimits.sessions) };
}
