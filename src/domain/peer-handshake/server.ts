import { toBase64Url } from '../bytes.ts';
import { decodeCbor, encodeCbor } from '../cbor.ts';
import { bytesOf, bytesUpTo, decodeFields, isHash, oneOf } from '../fields.ts';
import { accept, refuse, type Result } from '../result.ts';
import { x25519, type KeyPair, type Random } from '../sodium.ts';
import {
  ephemeralKeys,
  finalKeys,
  nameKey,
  openingHash,
  openOnce,
  sealOnce,
  transcriptHash,
} from './secrets.ts';
import { tokenHash } from './token.ts';
import { openTransportKey, transportStatementBytes, type TransportKey } from './transport-key.ts';

/** Who is dialled: an onion key, and the transport key its device has certified. */
export interface ServerSelf {
  readonly publicKey: Uint8Array;
  readonly transport: TransportKey;
}

/** Between the server's answer and the dialer's name. One for each dialer, for some seconds only. */
export interface Answered {
  readonly ephemeral: KeyPair;
  readonly dialerEphemeral: Uint8Array;
  /** CBOR `{e, c}`: ephemeral key and transport statement. */
  readonly message: Uint8Array;
}

/** Who has been let in. */
export interface Granted {
  /** The dialer's onion key. */
  readonly dialer: Uint8Array;
  /** All the server keeps of the token. */
  readonly tokenHash: string;
  readonly until: number;
  /** For the dialer. */
  readonly message: Uint8Array;
}

const nameBytes = transportStatementBytes + 64;

/** Refused: `malformed` and the like, `weak-key`. */
export function answer(self: ServerSelf, hello: Uint8Array, random: Random): Result<Answered> {
  const cbor = decodeCbor(hello);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, { v: oneOf(1), e: isHash });
  if (!fields.ok) return fields;
  const ephemeral = ephemeralKeys(random);
  if (x25519(ephemeral.secretKey, fields.value.e) === undefined) return refuse('weak-key');
  const message = encodeCbor({ e: ephemeral.publicKey, c: self.transport.statement });
  return accept({ ephemeral, dialerEphemeral: fields.value.e, message });
}

export interface Granting {
  readonly self: ServerSelf;
  /** The device key by which a peer we know is to be believed; `undefined` for those we don't know. */
  readonly deviceOf: (publicKey: Uint8Array) => Uint8Array | undefined;
  readonly now: number;
  /** When the token ends. */
  readonly until: number;
}

/**
 * A token for the peer that has named itself and proved it. Each `answered` is for one attempt: the caller
 * forgets it whatever comes out. Refused: `malformed`, `undecryptable`, `unknown-peer`, `bad-signature`,
 * `expired`, `weak-key`.
 */
export function grant(
  answered: Answered,
  named: Uint8Array,
  { self, deviceOf, now, until }: Granting,
  random: Random,
): Result<Granted> {
  const parts = decodeNamed(named);
  if (!parts.ok) return parts;
  const { ephemeral, dialerEphemeral } = answered;
  const ee = x25519(ephemeral.secretKey, dialerEphemeral);
  const se = x25519(self.transport.keys.secretKey, dialerEphemeral);
  if (ee === undefined || se === undefined) return refuse('weak-key');
  const opening = openingHash({
    server: self.publicKey,
    dialerEphemeral,
    serverEphemeral: ephemeral.publicKey,
    serverStatement: self.transport.statement,
  });
  const name = openName(nameKey(opening, ee, se), opening, parts.value.n);
  if (!name.ok) return name;
  const { a: dialer, c: statement } = name.value;
  const device = deviceOf(dialer);
  // All is done for everybody, with other keys if need be: how long we are busy must not show who is known.
  const speaker = { publicKey: dialer, device: device ?? self.publicKey };
  const transport = openTransportKey(statement, speaker, now);
  // The check of a good key multiplies it, too.
  if (!transport.ok) x25519(ephemeral.secretKey, dialerEphemeral);
  const de = x25519(ephemeral.secretKey, transport.ok ? transport.value : dialerEphemeral);
  const transcript = transcriptHash(opening, dialer, statement);
  const keys = finalKeys(transcript, ee, se, de ?? se);
  const proved = openOnce(keys.toServer, transcript, parts.value.p) !== undefined;
  if (device === undefined) return refuse('unknown-peer');
  if (!transport.ok) return transport;
  if (de === undefined) return refuse('weak-key');
  if (!proved) return refuse('undecryptable');
  const token = random(32);
  const message = sealOnce(keys.toDialer, transcript, encodeCbor({ t: token, u: until }));
  return accept({ dialer, tokenHash: tokenHash(toBase64Url(token)), until, message });
}

function decodeNamed(named: Uint8Array) {
  const cbor = decodeCbor(named);
  if (!cbor.ok) return cbor;
  return decodeFields(cbor.value, { n: bytesUpTo(nameBytes), p: bytesOf(16) });
}

function openName(key: Uint8Array, opening: Uint8Array, sealed: Uint8Array) {
  const plaintext = openOnce(key, opening, sealed);
  if (plaintext === undefined) return refuse('undecryptable');
  const cbor = decodeCbor(plaintext);
  if (!cbor.ok) return cbor;
  return decodeFields(cbor.value, { a: isHash, c: bytesUpTo(transportStatementBytes) });
}
