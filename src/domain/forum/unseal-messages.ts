import { toHex } from '../bytes.ts';
import { openForumMessage } from '../forum-keys/message.ts';
import { personOf } from '../membership/operation.ts';
import type { Refusal } from '../refusal.ts';
import { accept, refuse, type Result } from '../result.ts';
import { readEntry, type Entry } from '../space/entry.ts';
import { noteRefusal } from '../space/refused.ts';
import type { ForumDraft } from './draft.ts';
import { decodeInner, type Inner } from './inner.ts';
import { noteLink } from './unseal-log.ts';
import { epochNameOf } from './state.ts';

interface Read extends Inner {
  readonly entry: Entry;
}

/** Opens the messages that our epochs' keys open. Says whether that was any. */
export function unsealMessages(draft: ForumDraft): boolean {
  const byHint = new Map([...draft.keys.values()].map(({ hint, id }) => [toHex(hint), id]));
  let found = false;
  for (const gated of draft.unopened.values()) {
    const epoch = byHint.get(toHex(gated.hint));
    const keys = epoch === undefined ? undefined : draft.keys.get(epochNameOf(epoch));
    if (keys === undefined) continue;
    const check = (plaintext: Uint8Array, sender: Uint8Array) => read(plaintext, sender, draft);
    const opened = openForumMessage([keys], draft.space.id, gated, check);
    if (opened.ok) {
      draft.keys.set(epochNameOf(keys.id), opened.value.keys);
      keep(opened.value.value, draft);
      found = true;
    } else if (isForLater(opened.code)) continue;
    else if (opened.code === 'undecryptable') draft.aside.add(gated.id);
    else noteRefusal(draft.refused, { id: gated.id, code: opened.code });
    draft.unopened.delete(gated.id);
    draft.opened.add(gated.id);
  }
  return found;
}

/** Once the sender's certificate has come, or the messages that this one has overtaken. */
function isForLater(code: Refusal): boolean {
  return code === 'uncertified-key' || code === 'too-far-ahead';
}

/**
 * Whether a plaintext is what this sender has signed, with a device that they have brought in: only then
 * is the message's key used up.
 */
function read(plaintext: Uint8Array, sender: Uint8Array, draft: ForumDraft): Result<Read> {
  const inner = decodeInner(plaintext, draft.space.id);
  if (!inner.ok) return inner;
  const { document } = inner.value;
  const entry = readEntry(document);
  if (!entry.ok) return entry;
  if (entry.value.author !== personOf(sender)) return refuse('wrong-author');
  const words = draft.membership.words.get(entry.value.author) ?? [];
  const isCertified = words.some((one) => one.kind === 'key' && one.device === entry.value.key);
  return isCertified ? accept({ ...inner.value, entry: entry.value }) : refuse('uncertified-key');
}

function keep({ document, body, entry }: Read, draft: ForumDraft): void {
  draft.entries.set(entry.name, entry);
  if (body !== undefined) draft.bodies.set(entry.name, body);
  noteLink(document, draft);
}
