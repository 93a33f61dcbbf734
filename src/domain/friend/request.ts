import { addressFromPublicKey, publicKeyFromAddress, type OnionAddress } from '../address.ts';
import { concat } from '../bytes.ts';
import { decodeCbor, encodeCbor } from '../cbor.ts';
import { decodeHeader } from '../document/header.ts';
import { unwrapSealed, wrapSealed, type SealedDocument } from '../document/sealed.ts';
import { assembleSigned, signedBytesOf } from '../document/signed.ts';
import { isExpired, openBundle, type KeyBundle } from '../types/bundle.ts';
import { bytesOf, bytesUpTo, decodeFields, isHash, isTime, oneOf, textOf } from '../fields.ts';
import { domainString } from '../hash.ts';
import { openAuth, openXWing, sealAuth, sealXWing } from '../hpke.ts';
import type { DeviceKeys } from '../keys.ts';
import { limits } from '../limits.ts';
import { padTo, unpadFrom } from '../padding.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { KeyPair, Random } from '../sodium.ts';
import { inboxSpace } from '../space/charter.ts';
import { checkMove, type MoveProof } from './move.ts';

/** What one person leaves in another's inbox to become friends: a question or its answer. */
interface RequestContent {
  readonly kind: 'request' | 'accept';
  /** What the sender calls themselves. */
  readonly name: string;
  readonly note: string;
  /** Milliseconds since 1970, as the sender claims. */
  readonly time: number;
}

/** What somebody leaves in their friends' inboxes who has changed their address. */
interface MovedContent extends Pick<RequestContent, 'name' | 'time'> {
  readonly kind: 'moved';
  readonly proof: MoveProof;
}

export interface FriendRequest extends RequestContent {
  readonly from: KeyBundle;
}

export interface MoveNotice extends Omit<MovedContent, 'proof'> {
  /** The keys of the new address. */
  readonly from: KeyBundle;
  /** The address that the sender has left, proven by its own key. */
  readonly former: OnionAddress;
}

/** All that an inbox may hold. */
export type Letter = FriendRequest | MoveNotice;

const isName = textOf(limits.nameCharacters, 1);
const isNote = textOf(limits.noteCharacters);

/** Every letter has this size, whatever it says; the longest name and note with a bundle take 4,700 bytes. */
const paddedBytes = 6_144;

export type RequestSealing = (RequestContent | MovedContent) & {
  /** The sender's own bundle, as `makeBundle` made it or `openBundle` opened it. */
  readonly bundle: KeyBundle;
  /** The X25519 keys that the bundle names. */
  readonly encryption: KeyPair;
  readonly recipient: KeyBundle;
};

/**
 * A document for the recipient's inbox. The outer seal (X-Wing) hides everything, the sender too, also from
 * whoever keeps it until there are quantum computers; the inner one
 * (HPKE auth mode) shows the recipient that the key in the enclosed bundle made it, and proves nothing
 * to a third person: the sender signs nothing about the contact.
 *
 * Refuses with `expired` to ask or accept somebody whose bundle has expired by `time`, and with `too-large`.
 *
 * Of somebody who has moved, `bundle` is the new one, that the proof was made for.
 */
export function sealRequest(sealing: RequestSealing, random: Random): Result<SealedDocument> {
  const { bundle, encryption, recipient } = sealing;
  // A move holds no secret, and friends who were long away must learn of it, too.
  if (sealing.kind !== 'moved' && isExpired(recipient, sealing.time)) return refuse('expired');
  const content = encodeInner(sealing);
  if (!content.ok) return content;
  const { id: inbox } = inboxSpace(recipient.publicKey);
  const signed = signedBytesOf(bundle.document);
  if (!signed.ok) return signed;
  const { hash } = assembleSigned(signed.value);
  const inner = sealAuth(
    {
      sender: encryption,
      recipient: recipient.encryption,
      info: innerInfo({ inbox, from: bundle.publicKey, to: recipient.publicKey, bundle: hash }),
    },
    content.value,
    random,
  );
  if (!inner.ok) return inner;
  const { header, signature } = signed.value;
  const plaintext = padTo(paddedBytes, encodeCbor({ d: header, s: signature, i: inner.value }));
  const outer = sealXWing(
    { recipient: recipient.sealing, info: outerInfo(inbox) },
    plaintext,
    random,
  );
  return outer.ok ? accept(wrapSealed(inbox, outer.value)) : outer;
}

/** Who wrote it is who the enclosed bundle says, checked against the key that is their address. */
export function openRequest(
  json: unknown,
  mine: Pick<DeviceKeys, 'encryption' | 'sealing'> & { readonly address: OnionAddress },
): Result<Letter> {
  const publicKey = publicKeyFromAddress(mine.address);
  const { id: inbox } = inboxSpace(publicKey);
  const document = unwrapSealed(json, inbox, limits.inboxBytes);
  if (!document.ok) return document;
  const padded = openXWing(
    { recipient: mine.sealing, info: outerInfo(inbox) },
    document.value.ciphertext,
  );
  if (!padded.ok) return padded;
  const outer = decodeOuter(padded.value);
  if (!outer.ok) return outer;
  const { from, hash, inner } = outer.value;
  const plaintext = openAuth(
    {
      recipient: mine.encryption,
      sender: from.encryption,
      info: innerInfo({ inbox, from: from.publicKey, to: publicKey, bundle: hash }),
    },
    inner,
  );
  if (!plaintext.ok) return plaintext;
  const content = decodeInner(plaintext.value);
  if (!content.ok) return content;
  if (content.value.kind !== 'moved') return accept({ ...content.value, from });
  const { kind, name, time, proof } = content.value;
  const former = checkMove(proof, { publicKey: from.publicKey, bundle: hash });
  return former.ok ? accept({ kind, name, time, former: former.value, from }) : former;
}

function decodeOuter(
  padded: Uint8Array,
): Result<{ from: KeyBundle; hash: Uint8Array; inner: Uint8Array }> {
  const plaintext = unpadFrom(paddedBytes, padded);
  if (!plaintext.ok) return plaintext;
  const cbor = decodeCbor(plaintext.value);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, {
    d: bytesUpTo(limits.inboxBytes),
    s: bytesOf(64),
    i: bytesUpTo(limits.inboxBytes),
  });
  if (!fields.ok) return fields;
  const { d: bytes, s: signature, i: inner } = fields.value;
  const header = decodeHeader(bytes);
  if (!header.ok) return header;
  const { hash, json } = assembleSigned({ header: bytes, signature });
  const from = openBundle(json, addressFromPublicKey(header.value.author));
  return from.ok ? accept({ from: from.value, hash, inner }) : from;
}

function encodeInner(content: RequestContent | MovedContent): Result<Uint8Array> {
  const { kind: k, name: n, time: m } = content;
  if (!isName(n)) return refuse('too-large');
  if (content.kind === 'moved') {
    const { former: w, signature: p } = content.proof;
    return accept(encodeCbor({ k, n, m, w, p }));
  }
  if (!isNote(content.note)) return refuse('too-large');
  return accept(encodeCbor({ k, n, o: content.note, m }));
}

function decodeInner(plaintext: Uint8Array): Result<RequestContent | MovedContent> {
  const cbor = decodeCbor(plaintext);
  if (!cbor.ok) return cbor;
  const common = { n: isName, m: isTime };
  const moved = decodeFields(cbor.value, {
    ...common,
    k: oneOf('moved'),
    w: isHash,
    p: bytesOf(64),
  });
  if (moved.ok) {
    const { k: kind, n: name, m: time, w: former, p: signature } = moved.value;
    return accept({ kind, name, time, proof: { former, signature } });
  }
  const request = decodeFields(cbor.value, { ...common, k: oneOf('request', 'accept'), o: isNote });
  if (!request.ok) return request;
  const { k: kind, n: name, o: note, m: time } = request.value;
  return accept({ kind, name, note, time });
}

function outerInfo(inbox: Uint8Array): Uint8Array {
  return concat(domainString('request'), inbox);
}

/** Binds the inner seal to the bundle beside it, so that neither can be put together with another. */
function innerInfo(context: {
  readonly inbox: Uint8Array;
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly bundle: Uint8Array;
}): Uint8Array {
  const { inbox, from, to, bundle } = context;
  return concat(domainString('request-inner'), inbox, from, to, bundle);
}
