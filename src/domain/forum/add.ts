import { unwrapGated } from '../document/gated.ts';
import { keptForumPreKeys, type ForumPreKey } from '../forum-keys/pre-key.ts';
import { idForDiagnosis, noteRefusal } from '../space/refused.ts';
import { finishForum, forumDraft, type ForumDraft } from './draft.ts';
import { unsealLog, settleEpochs } from './unseal-log.ts';
import { unsealMessages } from './unseal-messages.ts';
import { takeSecrets } from './secrets.ts';
import type { ForumState } from './state.ts';

/**
 * The state with these documents too. What no key opens yet, or what builds on something missing, stays
 * in it and counts when that comes. Never throws. What it costs follows from the
 * documents, hardly from how many there are.
 */
export function addToForum(state: ForumState, documents: readonly unknown[]): ForumState {
  const draft = forumDraft(state);
  for (const json of documents) {
    const gated = unwrapGated(json, state.space.id);
    if (!gated.ok) noteRefusal(draft.refused, { id: idForDiagnosis(json), code: gated.code });
    else if (!draft.opened.has(gated.value.id)) draft.unopened.set(gated.value.id, gated.value);
  }
  settle(draft);
  return finishForum(draft, state);
}

/** The state with a new pre-key of ours, and without those whose time is over. */
export function withPreKey(state: ForumState, preKey: ForumPreKey, now: number): ForumState {
  const preKeys = keptForumPreKeys([...state.preKeys, preKey], now);
  const draft = { ...forumDraft(state), preKeys };
  draft.badBoxes.clear();
  settle(draft);
  return finishForum(draft, state);
}

/** Keys open documents, and documents bring keys, until nothing more opens. */
function settle(draft: ForumDraft): void {
  for (let found = true; found;) {
    const log = unsealLog(draft);
    const epochs = settleEpochs(draft);
    const secrets = takeSecrets(draft);
    const messages = unsealMessages(draft);
    found = log || epochs || secrets || messages;
  }
}
