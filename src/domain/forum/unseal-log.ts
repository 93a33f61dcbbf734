import { toHex } from '../bytes.ts';
import type { GatedDocument } from '../document/gated.ts';
import { isSignedByOnion, type SignedDocument } from '../document/signed.ts';
import { addOperations } from '../membership/add.ts';
import { nameOf, personOf } from '../membership/operation.ts';
import { accept, refuse, type Result } from '../result.ts';
import { noteRefusal } from '../space/refused.ts';
import {
  decodeComplaintContent,
  decodeEpochContent,
  decodePreKeyContent,
} from '../types/epoch-content.ts';
import { decodeFarewell } from '../types/farewell-content.ts';
import type { ForumDraft } from './draft.ts';
import { decodeInner } from './inner.ts';
import { judgeEpoch } from './judge-epoch.ts';
import { openFromLog } from './log-key.ts';

/** Opens what the log keys open. Says whether that was anything. */
export function unsealLog(draft: ForumDraft): boolean {
  const operations: unknown[] = [];
  let found = false;
  for (const gated of draft.unopened.values()) {
    const key = draft.logKeys.get(toHex(gated.hint));
    if (key === undefined) continue;
    found = true;
    draft.unopened.delete(gated.id);
    draft.opened.add(gated.id);
    draft.logDocuments.add(gated.id);
    const document = openOne(gated, key, draft);
    if (!document.ok) noteRefusal(draft.refused, { id: gated.id, code: document.code });
    else operations.push(document.value.json);
  }
  if (operations.length > 0) draft.membership = addOperations(draft.membership, operations);
  return found;
}

/** Judges the epochs whose past is here. Says whether any counts that did not. */
export function settleEpochs(draft: ForumDraft): boolean {
  let found = false;
  for (let again = true; again;) {
    again = false;
    for (const node of draft.pending.values()) {
      const verdict = judgeEpoch(node, draft);
      if (verdict === 'waiting') continue;
      draft.pending.delete(node.name);
      again = true;
      if (verdict === 'counts') {
        draft.epochs.set(node.name, node);
        found = true;
      } else noteRefusal(draft.refused, { id: node.id, code: verdict });
    }
  }
  return found;
}

/** What people write is under an epoch, never here: a newcomer reads the log from its beginning. */
function openOne(
  gated: GatedDocument,
  key: Parameters<typeof openFromLog>[0],
  draft: ForumDraft,
): Result<SignedDocument> {
  const { id: spaceId } = draft.space;
  const plaintext = openFromLog(key, spaceId, gated);
  if (!plaintext.ok) return plaintext;
  const inner = decodeInner(plaintext.value, spaceId);
  if (!inner.ok) return inner;
  const { document } = inner.value;
  if (document.body !== undefined || !isOfLog(document)) return refuse('wrong-door');
  const taken = take(document, draft, spaceId);
  if (!taken.ok) return taken;
  draft.log.set(nameOf(document.hash), document.time);
  if (!isSignedByOnion(document)) noteLink(document, draft);
  return accept(document);
}

function isOfLog({ type }: SignedDocument): boolean {
  const elsewhere = ['bundle', 'profile', 'post', 'edit', 'retraction', 'reaction'];
  return !elsewhere.includes(type);
}

function take(document: SignedDocument, draft: ForumDraft, spaceId: Uint8Array): Result<unknown> {
  const { content, type, hash, parents, author, key, id } = document;
  const name = nameOf(hash);
  const writer = { author: personOf(author), key: toHex(key), parents: parents.map(nameOf) };
  switch (type) {
    case 'epoch': {
      const epoch = decodeEpochContent(content, document, spaceId);
      if (epoch.ok && !draft.epochs.has(name)) {
        draft.pending.set(name, { ...writer, id, name, epoch: epoch.value });
      }
      return epoch;
    }
    case 'complaint': {
      const complaint = decodeComplaintContent(content);
      if (complaint.ok) {
        draft.words.set(name, { ...writer, kind: type, epoch: complaint.value.e });
      }
      return complaint;
    }
    case 'pre-key': {
      const offer = decodePreKeyContent(content, document, spaceId);
      if (offer.ok) draft.words.set(name, { ...writer, kind: type, offer: offer.value });
      return offer;
    }
    case 'farewell': {
      const said = decodeFarewell(content);
      if (!said.ok) return said;
      const farewell = {
        author: writer.author,
        decision: nameOf(said.value.decision),
        last: said.value.last.map(nameOf),
      };
      draft.words.set(name, { ...writer, kind: type, farewell });
      return said;
    }
    default:
      return accept(document);
  }
}

export function noteLink(
  { id, hash, author, key, seq, prev }: SignedDocument,
  draft: Pick<ForumDraft, 'links'>,
): void {
  draft.links.set(id, { id, hash, author: personOf(author), key: toHex(key), seq, prev });
}
