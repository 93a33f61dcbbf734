import { compareBytes, concat } from '../bytes.ts';
import { domainString, hashFor } from '../hash.ts';
import { accept, type Result } from '../result.ts';
import type { Random } from '../sodium.ts';
import { ratchetOpen, ratchetSeal, type Ratchet } from './ratchet.ts';
import { encodeStart, type StartBlock } from './start.ts';

/** One run of the ratchet between two people. */
export interface Session {
  readonly id: Uint8Array;
  /** By whom it was started. */
  readonly initiator: 'me' | 'friend';
  /** Hash of its start block. */
  readonly startId: Uint8Array;
  /** The friend's long-lived X25519 key when it was started. */
  readonly theirs: Uint8Array;
  /** What our messages carry until the friend has answered; `null` from then on. */
  readonly block: StartBlock | null;
  /** The latest time that the friend has claimed in it; `null` before the first message. */
  readonly heardAt: number | null;
  readonly ratchet: Ratchet;
}

/** The first byte of a message: does a start block follow? */
export const kinds = { start: 1, message: 2 } as const;

export function startIdOf(block: StartBlock): Uint8Array {
  return hashFor('start-id', encodeStart(block));
}

export function sealInSession(
  session: Session,
  plaintext: Uint8Array,
  random: Random,
): Result<{ readonly session: Session; readonly bytes: Uint8Array }> {
  const kind = session.block === null ? kinds.message : kinds.start;
  const sealed = ratchetSeal(session.ratchet, associatedOf(session, kind), plaintext, random);
  if (!sealed.ok) return sealed;
  const block = session.block === null ? new Uint8Array(0) : encodeStart(session.block);
  return accept({
    session: { ...session, ratchet: sealed.value.ratchet },
    bytes: concat(Uint8Array.of(kind), block, sealed.value.sealed),
  });
}

/** `sealed` is what follows the kind, and the start block if there is one. */
export function openInSession(
  session: Session,
  kind: number,
  sealed: Uint8Array,
  random: Random,
): Result<{ readonly session: Session; readonly plaintext: Uint8Array }> {
  const opened = ratchetOpen(session.ratchet, associatedOf(session, kind), sealed, random);
  if (!opened.ok) return opened;
  const { ratchet, plaintext } = opened.value;
  return accept({ session: { ...session, ratchet }, plaintext });
}

function associatedOf(session: Session, kind: number): Uint8Array {
  return concat(domainString('conversation-message'), session.id, Uint8Array.of(kind));
}

export interface Rivals {
  readonly current: Session;
  /** A session that the friend has started, with the first of its messages. */
  readonly started: Session;
  readonly me: Uint8Array;
  readonly friend: Uint8Array;
}

/**
 * Whether a session that the friend has just started takes the place of the one we send in. It does
 * when the friend has another long-lived key now (a restore); when they started it after the last thing
 * they said in ours, by their own clock; and, of two starts that crossed, when theirs is the lower
 * onion key.
 */
export function takesOver({ current, started, me, friend }: Rivals): boolean {
  if (compareBytes(current.theirs, started.theirs) !== 0) return true;
  if (current.heardAt === null) return compareBytes(friend, me) < 0;
  return (started.heardAt ?? 0) > current.heardAt;
}
