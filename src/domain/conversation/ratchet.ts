import { concat } from '../bytes.ts';
import { accept, refuse, type Result } from '../result.ts';
import { x25519, x25519PublicKey, type KeyPair, type Random } from '../sodium.ts';
import { nextKey, rootStep, type Chain } from './chain-keys.ts';
import {
  messageOverhead,
  openHeader,
  openPayload,
  sealHeader,
  sealPayload,
} from './ratchet-seal.ts';
import { advance, emptySkipped, takeSkipped, type Skipped } from './skipped.ts';
import type { Started } from './start.ts';

/**
 * The Double Ratchet with header encryption (Perrin and Marlinspike, revision 4, section 4). A state is
 * a value: nothing here changes one, and what is refused leaves the caller with the state it had.
 */
export interface Ratchet {
  readonly root: Uint8Array;
  readonly own: KeyPair;
  readonly theirs: Uint8Array | null;
  readonly sending: Chain | null;
  readonly receiving: Chain | null;
  readonly nextSendingHeader: Uint8Array;
  readonly nextReceivingHeader: Uint8Array;
  /** How many messages the sending chain before this one had. */
  readonly previousCount: number;
  readonly skipped: Skipped;
}

/** Refuses only a pre-key of small order (`weak-key`). */
export function ratchetOfInitiator(
  started: Started,
  preKey: Uint8Array,
  random: Random,
): Result<Ratchet> {
  const own = newKeyPair(random);
  const agreed = x25519(own.secretKey, preKey);
  if (agreed === undefined) return refuse('weak-key');
  const step = rootStep(started.root, agreed);
  return accept({
    root: step.root,
    own,
    theirs: preKey,
    sending: { headerKey: started.initiatorHeaderKey, key: step.chain, next: 0 },
    receiving: null,
    nextSendingHeader: step.nextHeader,
    nextReceivingHeader: started.responderHeaderKey,
    previousCount: 0,
    skipped: emptySkipped,
  });
}

/** The responder can't send before the first message has arrived. */
export function ratchetOfResponder(started: Started, preKey: KeyPair): Ratchet {
  return {
    root: started.root,
    own: preKey,
    theirs: null,
    sending: null,
    receiving: null,
    nextSendingHeader: started.responderHeaderKey,
    nextReceivingHeader: started.initiatorHeaderKey,
    previousCount: 0,
    skipped: emptySkipped,
  };
}

/** `associated` is bound to the message and not sent. Refuses only with `no-session`. */
export function ratchetSeal(
  ratchet: Ratchet,
  associated: Uint8Array,
  plaintext: Uint8Array,
  random: Random,
): Result<{ readonly ratchet: Ratchet; readonly sealed: Uint8Array }> {
  const { sending, own, previousCount } = ratchet;
  if (sending === null) return refuse('no-session');
  const { messageKey, chain } = nextKey(sending);
  const header = sealHeader(
    sending.headerKey,
    { key: own.publicKey, previous: previousCount, number: sending.next },
    random,
  );
  const payload = sealPayload(messageKey, concat(associated, header), plaintext);
  return accept({ ratchet: { ...ratchet, sending: chain }, sealed: concat(header, payload) });
}

/**
 * The plaintext, and the state that can't open it again. Refused: `undecryptable`, `already-read`,
 * `too-far-ahead`.
 */
export function ratchetOpen(
  ratchet: Ratchet,
  associated: Uint8Array,
  sealed: Uint8Array,
  random: Random,
): Result<{ readonly ratchet: Ratchet; readonly plaintext: Uint8Array }> {
  if (sealed.length < messageOverhead) return refuse('malformed');
  const keyed = keyFor(ratchet, sealed, random);
  if (!keyed.ok) return keyed;
  const plaintext = openPayload(keyed.value.messageKey, associated, sealed);
  return plaintext === undefined
    ? refuse('undecryptable')
    : accept({ ratchet: keyed.value.ratchet, plaintext });
}

interface Keyed {
  readonly ratchet: Ratchet;
  readonly messageKey: Uint8Array;
}

/** Which key opens a message, and the state once it is used: a skipped one, this chain's or the next's. */
function keyFor(ratchet: Ratchet, sealed: Uint8Array, random: Random): Result<Keyed> {
  const taken = takeSkipped(ratchet.skipped, (headerKey) => openHeader(headerKey, sealed)?.number);
  if (taken !== undefined) {
    return accept({ ratchet: { ...ratchet, skipped: taken.rest }, messageKey: taken.key });
  }
  const { receiving } = ratchet;
  const known = receiving === null ? undefined : openHeader(receiving.headerKey, sealed);
  if (known !== undefined) return readAt(ratchet, known.number);
  const fresh = openHeader(ratchet.nextReceivingHeader, sealed);
  if (fresh === undefined) return refuse('undecryptable');
  const turned = turn(ratchet, fresh.key, fresh.previous, random);
  return turned.ok ? readAt(turned.value, fresh.number) : turned;
}

function readAt(ratchet: Ratchet, number: number): Result<Keyed> {
  const { receiving, skipped } = ratchet;
  if (receiving === null) return refuse('undecryptable');
  if (number < receiving.next) return refuse('already-read');
  const advanced = advance(skipped, receiving, number);
  if (!advanced.ok) return advanced;
  const { messageKey, chain } = nextKey(advanced.value.chain);
  const after = { ...ratchet, receiving: chain, skipped: advanced.value.skipped };
  return accept({ ratchet: after, messageKey });
}

/** The Diffie-Hellman step: the rest of the old chain is kept, and both chains begin anew. */
function turn(
  ratchet: Ratchet,
  theirs: Uint8Array,
  previous: number,
  random: Random,
): Result<Ratchet> {
  const finished =
    ratchet.receiving === null
      ? accept({ skipped: ratchet.skipped })
      : advance(ratchet.skipped, ratchet.receiving, previous);
  if (!finished.ok) return finished;
  const own = newKeyPair(random);
  const received = x25519(ratchet.own.secretKey, theirs);
  const sent = x25519(own.secretKey, theirs);
  if (received === undefined || sent === undefined) return refuse('undecryptable');
  const receive = rootStep(ratchet.root, received);
  const send = rootStep(receive.root, sent);
  return accept({
    root: send.root,
    own,
    theirs,
    sending: { headerKey: ratchet.nextSendingHeader, key: send.chain, next: 0 },
    receiving: { headerKey: ratchet.nextReceivingHeader, key: receive.chain, next: 0 },
    nextSendingHeader: send.nextHeader,
    nextReceivingHeader: receive.nextHeader,
    previousCount: ratchet.sending?.next ?? 0,
    skipped: finished.value.skipped,
  });
}

function newKeyPair(random: Random): KeyPair {
  const secretKey = random(32);
  return { publicKey: x25519PublicKey(secretKey), secretKey };
}
