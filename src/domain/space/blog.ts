import { addressFromPublicKey, type OnionAddress } from '../address.ts';
import { toHex } from '../bytes.ts';
import { statedKind, type DocumentId } from '../document/id.ts';
import { openSignedDocument } from '../document/signed.ts';
import { readCharter } from '../types/charter.ts';
import { readKey } from '../types/key.ts';
import { LayeredMap, LayeredSet } from '../layered.ts';
import type { Refusal } from '../refusal.ts';
import type { CertifiedKeys } from './certified.ts';
import { chainsOf, type Chain } from './chains.ts';
import type { Charter } from './charter-content.ts';
import { bodiesOf, type PostWording, showPost, type ShownPost } from './discussion.ts';
import { readEntry, type Entry, type EntryName, type Pointing } from './entry.ts';
import { spaceIdFromName, type SpaceName } from './name.ts';
import { idForDiagnosis, noteRefusal, type RefusedDocument } from './refused.ts';

/** A post that counts and is not taken back. Its text is in the body document that its wording names. */
export interface BlogPost extends ShownPost {
  readonly wording: PostWording;
}

/**
 * What is known of a blog: a value that `addToBlog` makes anew and never changes. It holds headers only,
 * not the texts. The same set of documents gives the same state, in whatever order and portions.
 */
export interface BlogState {
  readonly spaceName: SpaceName;
  readonly owner: OnionAddress;
  readonly charter: Charter | undefined;
  readonly keys: CertifiedKeys;
  /** The posts that count and are not taken back. */
  readonly posts: ReadonlyMap<DocumentId, BlogPost>;
  /** Everything that counts, posts that were taken back too. */
  readonly counted: ReadonlyMap<EntryName, Entry>;
  /** Edits and retractions that count, by post. */
  readonly changes: ReadonlyMap<EntryName, readonly Pointing[]>;
  /** Bodies of posts that were taken back: to be erased. */
  readonly purge: ReadonlySet<DocumentId>;
  /** What waits for the charter or for the certificate of its device. */
  readonly waiting: ReadonlyMap<DocumentId, Entry>;
  readonly refused: ReadonlyMap<string, Refusal>;
}

export interface BlogPlace {
  readonly spaceName: SpaceName;
  /** Whose blog it is said to be; a charter that names somebody else makes nothing count. */
  readonly owner: OnionAddress;
}

export function emptyBlog({ spaceName, owner }: BlogPlace): BlogState {
  return {
    spaceName,
    owner,
    charter: undefined,
    keys: new Set(),
    posts: new Map(),
    counted: new Map(),
    changes: new Map(),
    purge: new Set(),
    waiting: new Map(),
    refused: new Map(),
  };
}

/**
 * The state with these documents too. Bodies are passed over: see `readPostText`. What it costs follows from the documents,
 * hardly from how many there are.
 */
export function addToBlog(state: BlogState, documents: readonly unknown[]): BlogState {
  const place = { ...state, spaceId: spaceIdFromName(state.spaceName) };
  const keys = LayeredSet.draftOf(state.keys);
  const waiting = LayeredMap.draftOf(state.waiting);
  const refused = LayeredMap.draftOf(state.refused);
  let { charter } = state;
  for (const json of documents) {
    const found = classify(json, place);
    if (found.kind === 'key') keys.add(found.key);
    else if (found.kind === 'charter') charter = found.charter;
    else if (found.kind === 'entry') {
      if (!state.counted.has(found.entry.name)) waiting.set(found.entry.id, found.entry);
    } else if (found.kind === 'refused') noteRefusal(refused, found);
  }
  return settle(state, { charter, keys, waiting, refused });
}

/** What an evaluation of a blog knows that doesn't follow from the rest. */
export interface BlogParts extends Pick<BlogState, 'charter' | 'keys' | 'refused'> {
  /** What counts and what waits. */
  readonly entries: Iterable<Entry>;
}

/** A blog whose documents have been checked before. */
export function blogFrom(
  place: BlogPlace,
  { charter, keys, refused, entries }: BlogParts,
): BlogState {
  const waiting = new Map([...entries].map((entry) => [entry.id, entry]));
  return settle(emptyBlog(place), { charter, keys, refused, waiting });
}

/** Counts what waits, as far as charter and certificates allow. */
function settle(
  state: BlogState,
  {
    charter,
    keys,
    waiting,
    refused,
  }: Pick<BlogState, 'charter' | 'keys' | 'refused'> & {
    waiting: Map<DocumentId, Entry>;
  },
): BlogState {
  const draft = {
    posts: LayeredMap.draftOf(state.posts),
    counted: LayeredMap.draftOf(state.counted),
    changes: LayeredMap.draftOf(state.changes),
    purge: LayeredSet.draftOf(state.purge),
  };
  for (const [id, entry] of waiting) {
    if (charter === undefined || !keys.has(entry.key)) continue;
    count(entry, draft);
    waiting.delete(id);
  }
  return { ...state, charter, keys, waiting, refused, ...draft };
}

/** Holes and forks of each device's chain, and where the next post goes. */
export function blogChains(state: BlogState): readonly Chain[] {
  return chainsOf(state.counted.values());
}

interface Draft {
  readonly posts: Map<DocumentId, BlogPost>;
  readonly counted: Map<EntryName, Entry>;
  readonly changes: Map<EntryName, readonly Pointing[]>;
  readonly purge: Set<DocumentId>;
}

function count(entry: Entry, draft: Draft): void {
  draft.counted.set(entry.name, entry);
  const name = entry.kind === 'post' ? entry.name : entry.target;
  const known = draft.changes.get(name) ?? [];
  const said = entry.kind === 'post' ? known : [...known, entry];
  if (entry.kind !== 'post') draft.changes.set(name, said);
  const post = draft.counted.get(name);
  if (post?.kind !== 'post') return;
  // Posts of a blog answer posts of it and nothing else; whether those are here is seen when they are shown.
  const { wording, ...shown } = showPost(post, said, () => true);
  if (wording === undefined) {
    draft.posts.delete(post.id);
    for (const body of bodiesOf(post, said)) draft.purge.add(body);
    return;
  }
  draft.posts.set(post.id, { ...shown, wording });
}

type Found =
  | { readonly kind: 'body' }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'charter'; readonly charter: Charter }
  | { readonly kind: 'entry'; readonly entry: Entry }
  | ({ readonly kind: 'refused' } & RefusedDocument);

/** What one document is to this blog, whatever else is there. */
function classify(json: unknown, place: BlogPlace & { readonly spaceId: Uint8Array }): Found {
  const stated = statedKind(json);
  if (stated === 'b' || stated === 'f') return { kind: 'body' };
  const opened = openSignedDocument(json, place.spaceId);
  if (!opened.ok) return { kind: 'refused', id: idForDiagnosis(json), code: opened.code };
  const document = opened.value;
  const refused = (code: Refusal): Found => ({ kind: 'refused', id: document.id, code });
  if (addressFromPublicKey(document.author) !== place.owner) {
    return refused(document.type === 'charter' ? 'wrong-owner' : 'wrong-author');
  }
  if (document.type === 'key') {
    const key = readKey(document);
    return key.ok ? { kind: 'key', key: toHex(key.value) } : refused(key.code);
  }
  if (document.type === 'charter') {
    const charter = readCharter(document, place.spaceId);
    if (!charter.ok) return refused(charter.code);
    return charter.value.kind === 'blog'
      ? { kind: 'charter', charter: charter.value }
      : refused('wrong-space');
  }
  // Reactions are for places where others write, too.
  if (document.type === 'reaction') return refused('wrong-door');
  const entry = readEntry(document);
  return entry.ok ? { kind: 'entry', entry: entry.value } : refused(entry.code);
}
