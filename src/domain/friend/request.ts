import { addressFromPublicKey, publicKeyFromAddress, type OnionAddress } from '../address.ts';
import { concat } from '../bytes.ts';
import { decodeCbor, encodeCbor } from '../cbor.ts';
import { decodeHeader } from '../document/header.ts';
import { unwrapSealed, wrapSealed, type SealedDocument } from '../document/sealed.ts';
import { assembleSigned, signedBytesOf } from '../document/signed.ts';
import { openBundle, type KeyBundle } from '../types/bundle.ts';
import { bytesOf, bytesUpTo, decodeFields, isTime, oneOf, textOf } from '../fields.ts';
import { domainString } from '../hash.ts';
import { openAuth, openBase, sealAuth, sealBase } from '../hpke.ts';
import { limits } from '../limits.ts';
import { padTo, unpadFrom } from '../padding.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { KeyPair, Random } from '../sodium.ts';
import { inboxSpace } from '../space/charter.ts';

/** What one person leaves in another's inbox: a request to be friends, or the acceptance of one. */
type RequestKind = 'request' | 'accept';

interface RequestContent {
  readonly kind: RequestKind;
  /** What the sender calls themselves. */
  readonly name: string;
  readonly note: string;
  /** Milliseconds since 1970, as the sender claims. */
  readonly time: number;
}

export interface FriendRequest extends RequestContent {
  readonly from: KeyBundle;
}

const kinds = oneOf('request', 'accept');
const isName = textOf(limits.nameCharacters, 1);
const isNote = textOf(limits.noteCharacters);

/** Every request has this size, whatever it says; the longest name and note with a bundle take 2,100 bytes. */
const paddedBytes = 3_072;

export interface RequestSealing extends RequestContent {
  /** The sender's own bundle, as `makeBundle` made it or `openBundle` opened it. */
  readonly bundle: KeyBundle;
  /** The X25519 keys that the bundle names. */
  readonly encryption: KeyPair;
  readonly recipient: KeyBundle;
}

/**
 * A document for the recipient's inbox. The outer seal hides everything, the sender too; the inner one
 * (HPKE auth mode) shows the recipient that the key in the enclosed bundle made it, and proves nothing
 * to a third person: the sender signs nothing about the contact.
 */
export function sealRequest(sealing: RequestSealing, random: Random): Result<SealedDocument> {
  const { kind, name, note, time, bundle, encryption, recipient } = sealing;
  if (!isName(name) || !isNote(note)) return refuse('too-large');
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
    encodeCbor({ k: kind, n: name, o: note, m: time }),
    random,
  );
  if (!inner.ok) return inner;
  const { header, signature } = signed.value;
  const plaintext = padTo(paddedBytes, encodeCbor({ d: header, s: signature, i: inner.value }));
  const outer = sealBase(
    { recipient: recipient.encryption, info: outerInfo(inbox) },
    plaintext,
    random,
  );
  return outer.ok ? accept(wrapSealed(inbox, outer.value)) : outer;
}

/** Who wrote it is who the enclosed bundle says, checked against the key that is their address. */
export function openRequest(
  json: unknown,
  mine: { readonly encryption: KeyPair; readonly address: OnionAddress },
): Result<FriendRequest> {
  const publicKey = publicKeyFromAddress(mine.address);
  const { id: inbox } = inboxSpace(publicKey);
  const document = unwrapSealed(json, inbox, limits.inboxBytes);
  if (!document.ok) return document;
  const padded = openBase(
    { recipient: mine.encryption, info: outerInfo(inbox) },
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
  return content.ok ? accept({ ...content.value, from }) : content;
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

function decodeInner(plaintext: Uint8Array): Result<RequestContent> {
  const cbor = decodeCbor(plaintext);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, { k: kinds, n: isName, o: isNote, m: isTime });
  if (!fields.ok) return fields;
  const { k: kind, n: name, o: note, m: time } = fields.value;
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
