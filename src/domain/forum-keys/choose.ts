import { compareBytes, equalBytes } from '../bytes.ts';
import { decodeCbor, encodeCbor } from '../cbor.ts';
import { decodeFields, isHash } from '../fields.ts';
import { accept, type Result } from '../result.ts';
import { checkRecipients, type Epoch } from './epoch.ts';

/** A member's word that their box in an epoch is bad. It needs no proof: a new epoch is cheap. */
export interface Complaint {
  readonly epoch: Uint8Array;
  /** The member who complains, as the signed operation says. */
  readonly by: Uint8Array;
}

/** The content of the operation: CBOR `{e}`. */
export function encodeComplaint(epoch: Uint8Array): Uint8Array {
  return encodeCbor({ e: epoch });
}

export function decodeComplaint(bytes: Uint8Array, by: Uint8Array): Result<Complaint> {
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, { e: isHash });
  return fields.ok ? accept({ epoch: fields.value.e, by }) : fields;
}

/** So often one member can have the others make a new epoch of the same membership. */
const complaintsHeard = 3;

/**
 * The epoch to send in: of those that are for exactly the members of now and nobody rightly complains
 * about, the highest generation, then the lowest id. None: one has to be made first. Everyone with the
 * same operations chooses the same.
 */
export function chooseEpoch(
  epochs: readonly Epoch[],
  members: readonly Uint8Array[],
  complaints: readonly Complaint[],
): Epoch | undefined {
  const fitting = epochs
    .filter((epoch) => checkRecipients(epoch, members).ok)
    .toSorted((a, b) => b.generation - a.generation || compareBytes(a.id, b.id));
  const spoiled = members.flatMap((member) => spoiledBy(member, fitting, complaints));
  return fitting.find((epoch) => !spoiled.includes(epoch));
}

/** Only the oldest few of a member's complaints count, so that nobody can keep all others from writing. */
function spoiledBy(
  member: Uint8Array,
  fitting: readonly Epoch[],
  complaints: readonly Complaint[],
): readonly Epoch[] {
  const own = complaints.filter(({ by }) => equalBytes(by, member));
  return fitting
    .filter(({ id }) => own.some(({ epoch }) => equalBytes(epoch, id)))
    .slice(-complaintsHeard);
}
