import { toHex } from '../bytes.ts';
import type { GatedDocument } from '../document/gated.ts';
import { openForumMessage, placeOfMessage } from '../forum-keys/message.ts';
import { personOf } from '../membership/operation.ts';
import type { Refusal } from '../refusal.ts';
import { accept, refuse, type Result } from '../result.ts';
import { readEntry, type Entry } from '../space/entry.ts';
import { noteRefusal } from '../space/refused.ts';
import type { ForumDraft } from './draft.ts';
import { decodeInner, type Inner } from './inner.ts';
import { noteLink } from './unseal-log.ts';
import type { EpochName } from './state.ts';

interface Read extends Inner {
  readonly plaintext: Uint8Array;
  readonly entry: Entry;
}

/** Opens the messages that our epochs' keys open. Says whether that was any. */
export function unsealMessages(draft: ForumDraft): boolean {
  let found = false;
  for (const { gated, name } of inOrder(draft)) {
    const keys = draft.keys.get(name);
    if (keys === undefined) continue;
    const check = (plaintext: Uint8Array, sender: Uint8Array) => read(plaintext, sender, draft);
    const opened = openForumMessage([keys], draft.space.id, gated, check);
    if (opened.ok) {
      draft.keys.set(name, opened.value.keys);
      keepMessage(opened.value.value, draft);
      if (draft.space.charter.mode === 'ephemeral') {
        draft.journal.set(gated.id, opened.value.value.plaintext);
      }
      found = true;
    } else if (isForLater(opened.code)) continue;
    else noteRefusal(draft.refused, { id: gated.id, code: opened.code });
    settle(gated, draft);
  }
  return found;
}

interface Placed {
  readonly gated: GatedDocument;
  readonly name: EpochName;
  readonly sender: string;
  readonly number: number;
}

/**
 * By sender and number, so that messages which came together overtake none of each other: a key that is
 * passed is kept for a while only. What is no message is put aside.
 */
function inOrder(draft: ForumDraft): readonly Placed[] {
  const byHint = new Map([...draft.keys].map(([name, keys]) => [toHex(keys.hint), { name, keys }]));
  const placed: Placed[] = [];
  for (const gated of draft.unopened.values()) {
    const epoch = byHint.get(toHex(gated.hint));
    if (epoch === undefined) continue;
    const place = placeOfMessage(epoch.keys, gated);
    if (place === undefined) {
      draft.aside.add(gated.id);
      settle(gated, draft);
    } else {
      const { sender, number } = place;
      placed.push({ gated, name: epoch.name, sender: toHex(sender), number });
    }
  }
  const rank = ({ name, sender }: Placed) => `${name} ${sender}`;
  return placed.toSorted((a, b) => {
    if (rank(a) !== rank(b)) return rank(a) < rank(b) ? -1 : 1;
    return a.number - b.number || (a.gated.id < b.gated.id ? -1 : 1);
  });
}

function settle({ id }: GatedDocument, draft: ForumDraft): void {
  draft.unopened.delete(id);
  draft.opened.add(id);
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
  return isCertified
    ? accept({ ...inner.value, entry: entry.value, plaintext })
    : refuse('uncertified-key');
}

/** Takes a message that has been opened, now or before. */
export function keepMessage(
  { document, body, entry }: Inner & { readonly entry: Entry },
  draft: ForumDraft,
): void {
  draft.entries.set(entry.name, entry);
  if (body !== undefined) draft.bodies.set(entry.name, body);
  noteLink(document, draft);
}
