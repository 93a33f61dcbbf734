import type { StoredDocument } from '../../../src/domain/document/envelope.ts';
import type { Refusal } from '../../../src/domain/refusal.ts';
import type { NewDocument } from '../../store/write.ts';
import { passDoor, type DoorCheck } from './door-check.ts';
import { HttpError } from '../messages/http-error.ts';

/** A document that was not stored, as `_bulk_docs` names it. */
export interface RefusedDocument {
  readonly id: string | null;
  readonly rev?: string;
  readonly error: string;
  readonly reason: string;
}

/** Documents checked in one go before others get a turn: about ten milliseconds of signatures. */
const checkedAtOnce = 100;

const reasons: Record<Refusal, string> = {
  malformed: 'This is no document of ours.',
  'too-large': 'The document is larger than its kind may be.',
  'unknown-field': 'The document has a field this version does not know.',
  'not-canonical': 'The document is not in the one encoding allowed.',
  'wrong-version': 'The document is of another format version.',
  'wrong-id': 'The _id does not follow from what the document holds.',
  'wrong-revision': 'Documents have one revision, which follows from their _id; no other is taken.',
  'wrong-door': 'This database does not take documents of this kind.',
  'unknown-type': 'This version does not know this type of document.',
  'bad-signature': 'The signature does not hold.',
  'wrong-signer': 'The document is signed by a key that may not sign it.',
  'wrong-space': 'The document belongs to another space.',
  'wrong-author': 'The author may not write this here.',
  'wrong-owner': 'The document names another owner.',
  'uncertified-key': 'The signing key is not certified.',
  'weak-key': 'The document holds an unusable key.',
  'bad-address': 'The document holds an address that is none.',
  undecryptable: 'No member has made this document.',
  'no-bundle': 'The document needs a key bundle.',
  'no-profile': 'The document needs a profile.',
  'already-read': 'The message has been read before.',
  'too-far-ahead': 'Too many messages before this one are missing.',
  'no-session': 'There is no session for this.',
  'unknown-pre-key': 'The pre-key is not known, or no longer.',
  'replayed-start': 'This start of a session has been used.',
  expired: 'The time for this has passed.',
  'unknown-peer': 'The peer is not known.',
  'too-little-work': 'The proof of work is missing or too small.',
  'bad-box': 'A box does not hold what the epoch commits to.',
  'wrong-members': 'The recipients are not the members.',
  'unknown-epoch': 'The epoch is not known.',
  'bad-ancestry': 'The operation builds on what it can not build on.',
  'not-a-member': 'The author is not a member there.',
  'not-the-owner': 'Only the owner decides there.',
  'not-applicable': 'The proposal does not apply.',
  'no-quorum': 'The decision lacks votes.',
  'unusable-vote': 'The decision lists a vote that can not be used.',
  'departed-meanwhile': 'The author is no longer a member.',
  'unknown-anchor': 'There is no such decision.',
};

/**
 * What may be acceptable later. Replicators give up what is forbidden, and come again with what is not, as
 * long as the add-on may still lend the key.
 */
const errorFor: Partial<Record<Refusal, string>> = { 'unknown-epoch': 'unavailable' };

export interface Admitted {
  readonly accepted: StoredDocument[];
  readonly refused: RefusedDocument[];
  /** Of those refused for good: how many for which reason. */
  readonly counts: ReadonlyMap<Refusal, number>;
}

/** Pass every document through the door: those to be stored, and those refused with the reason. */
export async function admit(documents: readonly unknown[], door: DoorCheck): Promise<Admitted> {
  const accepted: StoredDocument[] = [];
  const refused: RefusedDocument[] = [];
  const counts = new Map<Refusal, number>();
  const count = (code: Refusal) => counts.set(code, (counts.get(code) ?? 0) + 1);
  for (const [index, document] of documents.entries()) {
    if (index > 0 && index % checkedAtOnce === 0) await new Promise(setImmediate);
    const checked = hasAttachments(document)
      ? 'Files are chunk documents here; attachments are not taken.'
      : passDoor(door, document);
    if (typeof checked === 'string') {
      count('malformed');
      refused.push(refusal(document, checked));
    } else if (checked.ok) accepted.push(checked.value);
    else {
      if (errorFor[checked.code] === undefined) count(checked.code);
      refused.push(refusal(document, reasons[checked.code], errorFor[checked.code]));
    }
  }
  return { accepted, refused, counts };
}

/** `checkAtDoor` gives documents of a fixed shape; the store takes any. */
export function asNew(document: StoredDocument): NewDocument {
  return { ...document };
}

/** The answer to who brought this one document alone. */
export function refusalOf(refused: RefusedDocument | undefined): HttpError {
  const { error = 'forbidden', reason = 'Nothing is taken here.' } = refused ?? {};
  return new HttpError(error === 'forbidden' ? 403 : 503, error, reason);
}

function hasAttachments(document: unknown): boolean {
  return typeof document === 'object' && document !== null && '_attachments' in document;
}

function refusal(document: unknown, reason: string, error = 'forbidden'): RefusedDocument {
  const named = typeof document === 'object' && document !== null ? document : {};
  const id = '_id' in named && typeof named._id === 'string' ? named._id : null;
  const rev = '_rev' in named && typeof named._rev === 'string' ? named._rev : undefined;
  return { id, ...(rev === undefined ? {} : { rev }), error, reason };
}
