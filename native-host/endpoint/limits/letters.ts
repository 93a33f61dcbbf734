import * as v from 'valibot';
import type { HostDatabase } from '../../store/database.ts';
import { StoreError } from '../../store/errors.ts';
import type { NewDocument } from '../../store/write.ts';

/** A letter in an inbox, by what it cost its sender and takes here. */
export interface Letter {
  readonly id: string;
  readonly bits: number;
  readonly bytes: number;
}

export interface InboxLimits {
  readonly inboxDocuments: number;
  readonly inboxBytes: number;
}

/**
 * Beside each letter lies what it cost, written in the same step: forgotten at a restart, letters
 * that cost nothing could push out those that did.
 */
const prefix = '_local/letter:';
/** More than any inbox holds. */
const mostRead = 10_000;
const recordSchema = v.object({ bits: v.number(), bytes: v.number() });

export const recordOf = ({ id, bits, bytes }: Letter): NewDocument => ({
  _id: prefix + id,
  bits,
  bytes,
});

/** Every letter that is there. One without a record (of a friend, or of an older version) cost nothing. */
export async function lettersIn(database: HostDatabase): Promise<Letter[]> {
  const rows = await database.range({ limit: mostRead });
  const records = new Map(
    (await database.locals(prefix)).map((record) => [record._id.slice(prefix.length), record]),
  );
  const letters = rows.map(({ id }): Letter => {
    const read = v.safeParse(recordSchema, records.get(id));
    records.delete(id);
    return { id, ...(read.success ? read.output : { bits: 0, bytes: 0 }) };
  });
  // The letter was read and taken out by the owner.
  for (const record of records.values()) await forget(database, record);
  return letters;
}

/** Which letters leave for this one: those that cost least, if each cost less. `undefined` if it has no room. */
export function whoMakesRoom(
  letters: readonly Letter[],
  letter: Letter,
  { inboxDocuments, inboxBytes }: InboxLimits,
): Letter[] | undefined {
  let count = letters.length;
  let bytes = letters.reduce((all, each) => all + each.bytes, 0);
  const leaving: Letter[] = [];
  for (const cheapest of letters.toSorted((a, b) => a.bits - b.bits)) {
    if (count < inboxDocuments && bytes + letter.bytes <= inboxBytes) break;
    if (cheapest.bits >= letter.bits) return undefined;
    leaving.push(cheapest);
    count -= 1;
    bytes -= cheapest.bytes;
  }
  return count < inboxDocuments && bytes + letter.bytes <= inboxBytes ? leaving : undefined;
}

/** Nothing of it stays; whoever sent it may bring it again, with more work. */
export async function takeOut(database: HostDatabase, id: string): Promise<void> {
  await database.erase(new Map([[id, undefined]]), { forGood: false });
  await forgetCosts(database, [id]);
}

/** What these letters cost is told no longer: they are gone. */
export async function forgetCosts(database: HostDatabase, ids: Iterable<string>): Promise<void> {
  for (const id of ids) {
    const record = await database.getLocal(prefix + id);
    if (record) await forget(database, record);
  }
}

/** Deliveries and the owner may both come upon it: who is second finds it gone, which is what was wanted. */
async function forget(database: HostDatabase, record: NewDocument): Promise<void> {
  try {
    await database.putLocal({ ...record, _deleted: true });
  } catch (error) {
    const isGone = error instanceof StoreError && (error.status === 404 || error.status === 409);
    if (!isGone) throw error;
  }
}
