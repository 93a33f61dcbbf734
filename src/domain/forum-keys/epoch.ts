import { compareBytes, concat, equalBytes } from '../bytes.ts';
import { decodeCbor, encodeCbor } from '../cbor.ts';
import {
  bytesOf,
  bytesUpTo,
  decodeFields,
  isCount,
  isHash,
  listOf,
  nullOr,
  recordOf,
} from '../fields.ts';
import { hashFor } from '../hash.ts';
import { accept, refuse, type Result } from '../result.ts';

/**
 * A secret that exactly these members share, as it is published: one sealed box for each, and a
 * commitment by which each can tell whether their box holds what the others' hold.
 */
export interface Epoch extends EpochContent {
  readonly id: Uint8Array;
}

export interface EpochContent {
  /** One more than the highest that its author has seen. */
  readonly generation: number;
  readonly commitment: Uint8Array;
  /** In the order of the members' onion keys, each once. */
  readonly recipients: readonly Recipient[];
  /** Earlier epochs' secrets, sealed under this one's; empty in an ephemeral forum. */
  readonly history: readonly SealedPast[];
  /** The log key until now, sealed, if this epoch changes it. */
  readonly log: Uint8Array | null;
}

export interface Recipient {
  readonly member: Uint8Array;
  readonly preKeyId: Uint8Array;
  readonly box: Uint8Array;
}

export interface SealedPast {
  readonly id: Uint8Array;
  readonly sealed: Uint8Array;
}

export const epochLimits = {
  /** 500 recipients are 60,000 bytes, which leaves room for the rest in one document's header. */
  recipients: 500,
  /** Epochs made at the same time that one successor can take up. */
  history: 8,
} as const;

const memberBytes = 32;
const preKeyIdBytes = 8;
const boxBytes = 80;
const entryBytes = memberBytes + preKeyIdBytes + boxBytes;
/** A secret under XChaCha20-Poly1305: nonce, 32 bytes, tag. */
const sealedSecretBytes = 24 + 32 + 16;

/** CBOR `{g, c, m, h, l}`; `m` is the recipients' member ‖ pre-key id ‖ box, one after the other. */
export function encodeEpoch(content: EpochContent): Uint8Array {
  const { generation, commitment, recipients, history, log } = content;
  const entries = recipients.flatMap(({ member, preKeyId, box }) => [member, preKeyId, box]);
  return encodeCbor({
    g: generation,
    c: commitment,
    m: concat(...entries),
    h: history.map(({ id, sealed }) => ({ i: id, s: sealed })),
    l: log,
  });
}

const isPast = recordOf({ i: isHash, s: bytesOf(sealedSecretBytes) });

/** Everything that can be known of an epoch without members or keys. */
export function decodeEpoch(bytes: Uint8Array, spaceId: Uint8Array): Result<Epoch> {
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, {
    g: isCount,
    c: isHash,
    m: bytesUpTo(epochLimits.recipients * entryBytes),
    h: listOf(isPast, epochLimits.history),
    l: nullOr(bytesOf(sealedSecretBytes)),
  });
  if (!fields.ok) return fields;
  const { g: generation, c: commitment, m, h, l: log } = fields.value;
  if (m.length === 0 || m.length % entryBytes !== 0) return refuse('malformed');
  const recipients = recipientsOf(m);
  if (!isAscending(recipients)) return refuse('not-canonical');
  const history = h.map(({ i: id, s: sealed }) => ({ id, sealed }));
  const id = epochId(bytes, spaceId);
  return accept({ id, generation, commitment, recipients, history, log });
}

function epochId(bytes: Uint8Array, spaceId: Uint8Array): Uint8Array {
  return hashFor('epoch-id', spaceId, bytes);
}

/** What an epoch says of its secret without giving it away. */
export function commitmentTo(secret: Uint8Array, spaceId: Uint8Array): Uint8Array {
  return hashFor('epoch-commitment', spaceId, secret);
}

/** An epoch counts only if it is for exactly the members that its author's membership had. */
export function checkRecipients(epoch: Epoch, members: readonly Uint8Array[]): Result<Epoch> {
  const { recipients } = epoch;
  const sorted = members.toSorted(compareBytes);
  const same =
    sorted.length === recipients.length &&
    recipients.every(({ member }, index) => equalBytes(member, sorted[index] ?? epoch.id));
  return same ? accept(epoch) : refuse('wrong-members');
}

function recipientsOf(entries: Uint8Array): readonly Recipient[] {
  const recipients: Recipient[] = [];
  for (let at = 0; at < entries.length; at += entryBytes) {
    const box = at + memberBytes + preKeyIdBytes;
    recipients.push({
      member: entries.slice(at, at + memberBytes),
      preKeyId: entries.slice(at + memberBytes, box),
      box: entries.slice(box, box + boxBytes),
    });
  }
  return recipients;
}

function isAscending(recipients: readonly Recipient[]): boolean {
  return recipients.every(({ member }, index) => {
    const before = recipients[index - 1];
    return before === undefined || compareBytes(before.member, member) < 0;
  });
}

/** The generation of an epoch made by somebody who knows of these. */
export function nextGeneration(before: readonly Epoch[]): number {
  return before.reduce((highest, { generation }) => Math.max(highest, generation), 0) + 1;
}

/**
 * An epoch counts only with the generation that follows from its author's own past. Otherwise one
 * member could take the highest number for ever.
 */
export function checkGeneration(epoch: Epoch, before: readonly Epoch[]): Result<Epoch> {
  return epoch.generation === nextGeneration(before) ? accept(epoch) : refuse('malformed');
}
