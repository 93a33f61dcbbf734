import { fromBase32 } from '../bytes.ts';
import { decodeCbor, encodeCbor, type Cbor, type CborMap } from '../cbor.ts';
import {
  bytesOf,
  bytesUpTo,
  decodeFields,
  isCount,
  isHash,
  isMap,
  isText,
  isTime,
  listOf,
  nullOr,
  oneOf,
  recordOf,
} from '../fields.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import { x25519PublicKey } from '../sodium.ts';
import { isKindName } from './content.ts';
import { conversationLimits, type Conversation, type JournalEntry } from './conversation.ts';
import type { Ratchet } from './ratchet.ts';
import type { Session } from './session.ts';
import { skipLimits, type Skipped } from './skipped.ts';
import { decodeStart, encodeStart, startBlockBytes } from './start.ts';

/** The vault's form of a conversation: state and journal in one value, so that one write holds both. */

export function encodeConversation(conversation: Conversation): Uint8Array {
  const { spaceId, me, friend, sessions, usedStarts, journal } = conversation;
  return encodeCbor({
    v: 2,
    i: spaceId,
    a: me,
    b: friend,
    s: sessions.map(sessionToCbor),
    u: usedStarts.map((used) => ({ p: used.preKeyId, s: used.startId })),
    j: journal.map(({ direction, message, ciphertext }) => ({
      d: direction,
      i: message.id,
      k: message.kind,
      m: message.time,
      x: message.fields,
      c: ciphertext,
    })),
  });
}

const isUsedStart = recordOf({ p: isHash, s: isHash });
const isMessageId = (value: unknown): value is string =>
  isText(value) && value.length === 26 && fromBase32(value).ok;
const isEntry = recordOf({
  d: oneOf('sent', 'received'),
  i: isMessageId,
  k: isKindName,
  m: isTime,
  x: bytesUpTo(limits.contentBytes),
  c: bytesUpTo(limits.sealedBytes),
});
const anyNumber = Number.MAX_SAFE_INTEGER;

export function decodeConversation(bytes: Uint8Array): Result<Conversation> {
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, {
    v: oneOf(2),
    i: isHash,
    a: isHash,
    b: isHash,
    s: listOf(isMap, conversationLimits.sessions),
    u: listOf(isUsedStart, conversationLimits.usedStarts),
    j: listOf(isEntry, anyNumber),
  });
  if (!fields.ok) return fields;
  const { i: spaceId, a: me, b: friend, s, u, j } = fields.value;
  const sessions: Session[] = [];
  for (const stored of s) {
    const session = sessionFromCbor(stored);
    if (!session.ok) return session;
    sessions.push(session.value);
  }
  const usedStarts = u.map((used) => ({ preKeyId: used.p, startId: used.s }));
  const journal = j.map(
    ({ d: direction, i: id, k: kind, m: time, x: fields, c: ciphertext }): JournalEntry => ({
      direction,
      message: { id, kind, fields, time },
      ciphertext,
    }),
  );
  return accept({ spaceId, me, friend, sessions, usedStarts, journal });
}

function sessionToCbor(session: Session): CborMap {
  const { ratchet } = session;
  return {
    i: session.id,
    w: session.initiator,
    s: session.startId,
    t: session.theirs,
    b: session.block === null ? null : encodeStart(session.block),
    h: session.heardAt,
    r: ratchet.root,
    o: ratchet.own.secretKey,
    f: ratchet.theirs,
    cs: chainToCbor(ratchet.sending),
    cr: chainToCbor(ratchet.receiving),
    ns: ratchet.nextSendingHeader,
    nr: ratchet.nextReceivingHeader,
    p: ratchet.previousCount,
    k: groupsOf(ratchet.skipped),
  };
}

function chainToCbor(chain: Ratchet['sending']): Cbor {
  return chain === null ? null : { h: chain.headerKey, k: chain.key, n: chain.next };
}

/** Skipped keys by runs under one header key: `{h, k: [{n, k}]}`. */
function groupsOf(skipped: Skipped): Cbor {
  const groups: { h: Uint8Array; k: CborMap[] }[] = [];
  for (const { headerKey, number, key } of skipped) {
    const last = groups.at(-1);
    if (last?.h === headerKey) last.k.push({ n: number, k: key });
    else groups.push({ h: headerKey, k: [{ n: number, k: key }] });
  }
  return groups.map(({ h, k }) => ({ h, k }));
}

const isChain = recordOf({ h: isHash, k: isHash, n: isCount });
const isSkippedKey = recordOf({ n: isCount, k: isHash });
const isGroup = recordOf({ h: isHash, k: listOf(isSkippedKey, skipLimits.kept) });

function sessionFromCbor(stored: unknown): Result<Session> {
  const fields = decodeFields(stored, {
    i: isHash,
    w: oneOf('me', 'friend'),
    s: isHash,
    t: isHash,
    b: nullOr(bytesOf(startBlockBytes)),
    h: nullOr(isTime),
    r: isHash,
    o: isHash,
    f: nullOr(isHash),
    cs: nullOr(isChain),
    cr: nullOr(isChain),
    ns: isHash,
    nr: isHash,
    p: isCount,
    k: listOf(isGroup, skipLimits.kept),
  });
  if (!fields.ok) return fields;
  const { i: id, w: initiator, s: startId, t: theirs, b, h: heardAt, ...rest } = fields.value;
  const skipped = rest.k.flatMap(({ h: headerKey, k }) =>
    k.map(({ n: number, k: key }) => ({ headerKey, number, key })),
  );
  if (skipped.length > skipLimits.kept) return refuse('too-large');
  const ratchet: Ratchet = {
    root: rest.r,
    own: { publicKey: x25519PublicKey(rest.o), secretKey: rest.o },
    theirs: rest.f,
    sending: chainFrom(rest.cs),
    receiving: chainFrom(rest.cr),
    nextSendingHeader: rest.ns,
    nextReceivingHeader: rest.nr,
    previousCount: rest.p,
    skipped,
  };
  const block = b === null ? null : decodeStart(b);
  return accept({ id, initiator, startId, theirs, block, heardAt, ratchet });
}

function chainFrom(
  chain: { readonly h: Uint8Array; readonly k: Uint8Array; readonly n: number } | null,
): Ratchet['sending'] {
  return chain === null ? null : { headerKey: chain.h, key: chain.k, next: chain.n };
}
