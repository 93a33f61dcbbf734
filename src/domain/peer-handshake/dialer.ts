import { toBase64Url } from '../bytes.ts';
import { decodeCbor, encodeCbor } from '../cbor.ts';
import { bytesUpTo, decodeFields, isHash, isTime } from '../fields.ts';
import { accept, refuse, type Result } from '../result.ts';
import { x25519, type KeyPair, type Random } from '../sodium.ts';
import type { Speaker } from '../statement.ts';
import {
  ephemeralKeys,
  finalKeys,
  nameKey,
  openingHash,
  openOnce,
  sealOnce,
  transcriptHash,
} from './secrets.ts';
import { openTransportKey, transportStatementBytes, type TransportKey } from './transport-key.ts';

/** Who dials: an onion key, and the transport key its device has certified. */
export interface DialerSelf {
  readonly publicKey: Uint8Array;
  readonly transport: TransportKey;
}

/** Between the dialer's first message and the server's answer. */
export interface Dialing {
  readonly ephemeral: KeyPair;
  /** CBOR `{v, e}`. */
  readonly message: Uint8Array;
}

/** Between the dialer's second message and the token. */
export interface Named {
  readonly key: Uint8Array;
  readonly transcript: Uint8Array;
  /** CBOR `{n, p}`: name and proof. */
  readonly message: Uint8Array;
}

/** What lets the dialer in, for a while. */
export interface Grant {
  /** For `Authorization: Bearer …`. */
  readonly token: string;
  readonly until: number;
}

/** The first message names nobody. */
export function dial(random: Random): Dialing {
  const ephemeral = ephemeralKeys(random);
  return { ephemeral, message: encodeCbor({ v: 1, e: ephemeral.publicKey }) };
}

export interface Naming {
  readonly self: DialerSelf;
  /** Whom we mean to have dialled, and the device key of their bundle. */
  readonly server: Speaker;
  readonly now: number;
}

/**
 * Names the dialer to the server that has just shown its transport key, and to nobody else. Whether the
 * server holds its secret shows when the grant opens. Refused: `malformed`, `bad-signature`, `expired`,
 * `weak-key`.
 */
export function nameSelf(
  { ephemeral }: Dialing,
  answer: Uint8Array,
  { self, server, now }: Naming,
): Result<Named> {
  const decoded = decodeAnswer(answer);
  if (!decoded.ok) return decoded;
  const { e: serverEphemeral, c: serverStatement } = decoded.value;
  const transport = openTransportKey(serverStatement, server, now);
  if (!transport.ok) return transport;
  const ee = x25519(ephemeral.secretKey, serverEphemeral);
  const se = x25519(ephemeral.secretKey, transport.value);
  const de = x25519(self.transport.keys.secretKey, serverEphemeral);
  if (ee === undefined || se === undefined || de === undefined) return refuse('weak-key');
  const opening = openingHash({
    server: server.publicKey,
    dialerEphemeral: ephemeral.publicKey,
    serverEphemeral,
    serverStatement,
  });
  const { publicKey, transport: own } = self;
  const name = encodeCbor({ a: publicKey, c: own.statement });
  const transcript = transcriptHash(opening, publicKey, own.statement);
  const keys = finalKeys(transcript, ee, se, de);
  const message = encodeCbor({
    n: sealOnce(nameKey(opening, ee, se), opening, name),
    p: sealOnce(keys.toServer, transcript, new Uint8Array(0)),
  });
  return accept({ key: keys.toDialer, transcript, message });
}

function decodeAnswer(answer: Uint8Array) {
  const cbor = decodeCbor(answer);
  if (!cbor.ok) return cbor;
  return decodeFields(cbor.value, { e: isHash, c: bytesUpTo(transportStatementBytes) });
}

/** What the server grants. `undecryptable` unless it holds the secrets of what it has shown. */
export function openGrant({ key, transcript }: Named, sealed: Uint8Array): Result<Grant> {
  const plaintext = openOnce(key, transcript, sealed);
  if (plaintext === undefined) return refuse('undecryptable');
  const cbor = decodeCbor(plaintext);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, { t: isHash, u: isTime });
  if (!fields.ok) return fields;
  return accept({ token: toBase64Url(fields.value.t), until: fields.value.u });
}
