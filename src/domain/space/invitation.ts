import { decodeCbor, encodeCbor } from '../cbor.ts';
import { bytesUpTo, decodeFields, isHash, listOf, nullOr, oneOf } from '../fields.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import { decodeCharter, encodeCharter } from './charter-bytes.ts';
import { isSealedCharter } from './charter-content.ts';
import { spaceOf, type CharteredSpace } from './charter.ts';

/**
 * All that a newcomer needs to be told of a space. Who holds it reads the log of a sealed space, but no
 * message: the epoch's secret comes in a box of the newcomer's own. It travels sealed, never in public.
 */
export interface Invitation {
  readonly space: CharteredSpace;
  /** The keys of a sealed space's log, the one in use first; none for a public space. */
  readonly logKeys: readonly Uint8Array[];
  /** The decision that whoever invites holds as final; null while it is the genesis. */
  readonly anchor: Uint8Array | null;
  /** Hash of a snapshot at the anchor. */
  readonly snapshot: Uint8Array | null;
}

export const invitationLimits = {
  /** Older keys are in the log itself, each sealed under the one after it. */
  logKeys: 64,
} as const;

/** CBOR `{v: 1, c: charter bytes, l: [log keys], a: anchor, s: snapshot}`. */
export function encodeInvitation({ space, logKeys, anchor, snapshot }: Invitation): Uint8Array {
  return encodeCbor({
    v: 1,
    c: encodeCharter(space.charter),
    l: logKeys.slice(0, invitationLimits.logKeys),
    a: anchor,
    s: snapshot,
  });
}

export function decodeInvitation(bytes: Uint8Array): Result<Invitation> {
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, {
    v: oneOf(1),
    c: bytesUpTo(limits.charterBytes),
    l: listOf(isHash, invitationLimits.logKeys),
    a: nullOr(isHash),
    s: nullOr(isHash),
  });
  if (!fields.ok) return fields;
  const { c, l: logKeys, a: anchor, s: snapshot } = fields.value;
  const charter = decodeCharter(c);
  if (!charter.ok) return charter;
  // A sealed space without a key says nothing; a public one has none; a snapshot is one of a decision.
  if (isSealedCharter(charter.value) !== logKeys.length > 0) return refuse('malformed');
  if (snapshot !== null && anchor === null) return refuse('malformed');
  return accept({ space: spaceOf(charter.value), logKeys, anchor, snapshot });
}
