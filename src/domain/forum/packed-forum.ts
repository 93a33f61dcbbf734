import { fromBase32 } from '../bytes.ts';
import { documentId, type DocumentId } from '../document/id.ts';
import { Packer, unpack } from '../packed.ts';
import { accept, type Result } from '../result.ts';
import { packEntry, packRefused, unpackEntry, unpackRefused } from '../space/packed-entries.ts';
import { noteRefusal } from '../space/refused.ts';
import { finishForum, forumDraft } from './draft.ts';
import type { ForumState } from './state.ts';

/** Changed with anything that is packed here, or that follows from it otherwise. */
export const packedForumFormat = 'forum/1';

/** What to go on from later, without opening and checking again what people have written. */
export interface PackedForum {
  /** Documents that have to be read again: the log's, all of them, before anything else. */
  readonly log: readonly DocumentId[];
  /** And those that nothing has opened yet. */
  readonly unopened: readonly DocumentId[];
  /** The state with what was packed, of one that has the log again. */
  readonly restore: (state: ForumState) => ForumState;
}

/**
 * What one member knows of a sealed space, but for keys, which are the vault's, and for the log, which is judged again each
 * time: it is small beside what people write, and all else rests on it. As secret as the posts themselves.
 */
export function packForum(state: ForumState): Uint8Array {
  const to = new Packer();
  const writeId = (id: DocumentId) => to.fixed(bytesOfId(id));
  to.list(state.logDocuments, writeId);
  to.list(state.unopened.keys(), writeId);
  to.list(
    [...state.opened].filter((id) => !state.logDocuments.has(id)),
    writeId,
  );
  to.list(state.aside, writeId);
  packRefused(state.refused, to);
  to.list(state.entries.values(), (entry) => {
    packEntry(entry, to);
    const body = state.bodies.get(entry.name);
    to.list(body === undefined ? [] : [body], ({ hash, key }) => {
      to.fixed(hash);
      to.fixed(key);
    });
  });
  return to.done();
}

export function unpackForum(bytes: Uint8Array): Result<PackedForum> {
  const unpacked = unpack(bytes, (from) => {
    const readId = () => documentId('e', from.fixed(32));
    return {
      log: from.list(readId),
      unopened: from.list(readId),
      opened: from.list(readId),
      aside: from.list(readId),
      refused: unpackRefused(from),
      entries: from.list(() => {
        const entry = unpackEntry(from);
        const [body] = from.list(() => ({ hash: from.fixed(32), key: from.fixed(32) }));
        return { entry, body };
      }),
    };
  });
  if (!unpacked.ok) return unpacked;
  const { log, unopened, opened, aside, refused, entries } = unpacked.value;
  const restore = (state: ForumState): ForumState => {
    const draft = forumDraft(state);
    for (const id of opened) draft.opened.add(id);
    for (const id of aside) draft.aside.add(id);
    for (const [id, code] of refused) noteRefusal(draft.refused, { id, code });
    for (const { entry, body } of entries) {
      const { id, hash, author, key, seq, prev } = entry;
      draft.entries.set(entry.name, entry);
      if (body !== undefined) draft.bodies.set(entry.name, body);
      draft.links.set(id, { id, hash, author, key, seq, prev });
    }
    return finishForum(draft, state);
  };
  return accept({ log, unopened, restore });
}

function bytesOfId(id: DocumentId): Uint8Array {
  const bytes = fromBase32(id.slice(1));
  if (!bytes.ok) throw new TypeError('an id was made without bytes');
  return bytes.value;
}
