import type { DocumentId } from '../document/id.ts';
import type { EpochKeys } from '../forum-keys/epoch-keys.ts';
import { accept, type Result } from '../result.ts';
import { readEntry } from '../space/entry.ts';
import { finishForum, forumDraft } from './draft.ts';
import { decodeInner } from './inner.ts';
import { epochNameOf, type ForumState } from './state.ts';
import { keepMessage } from './unseal-messages.ts';

/** What can't be worked out from the documents again: how far keys are used up, and what they opened. */
export interface ForumMemory {
  readonly keys: Iterable<EpochKeys>;
  /** What was in journals until now. */
  readonly messages: Iterable<readonly [id: DocumentId, plaintext: Uint8Array]>;
}

/**
 * A state that has just been joined, with what was written down of an earlier one. The documents are
 * added to it afterwards. Refuses a message that is none (`malformed` and what `decodeInner` refuses).
 */
export function restoreForum(
  state: ForumState,
  { keys, messages }: ForumMemory,
): Result<ForumState> {
  const draft = forumDraft(state);
  for (const one of keys) draft.keys.set(epochNameOf(one.id), one);
  for (const [id, plaintext] of messages) {
    const inner = decodeInner(plaintext, state.space.id);
    if (!inner.ok) return inner;
    const entry = readEntry(inner.value.document);
    if (!entry.ok) return entry;
    keepMessage({ ...inner.value, entry: entry.value }, draft);
    draft.opened.add(id);
  }
  return accept(finishForum(draft, state));
}

/** The state once its journal is written down. */
export function withoutJournal(state: ForumState): ForumState {
  return { ...state, journal: new Map() };
}
