import { addressFromPublicKey, type OnionAddress } from '../address.ts';
import { toHex } from '../bytes.ts';
import { bodyId } from '../document/body.ts';
import { statedKind, type DocumentId } from '../document/id.ts';
import { openSignedDocument, type SignedDocument } from '../document/signed.ts';
import { readCharter } from '../types/charter.ts';
import { readKey } from '../types/key.ts';
import type { Refusal } from '../refusal.ts';
import type { CertifiedKeys } from './certified.ts';
import { chainsOf, type Chain, type ChainLink } from './chains.ts';
import type { Charter } from './charter-content.ts';
import { spaceIdFromName, type SpaceName } from './name.ts';
import { idForDiagnosis, type RefusedDocument } from './refused.ts';

/** The header of a post that counts. Its text is in the body document `bodyId`. */
export interface BlogPost extends ChainLink {
  readonly author: OnionAddress;
  /** Milliseconds since 1970, as the author claims. */
  readonly time: number;
  readonly bodyHash: Uint8Array;
  readonly bodyId: DocumentId;
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
  /** The posts that count. */
  readonly posts: ReadonlyMap<DocumentId, BlogPost>;
  /** Posts whose charter or whose device's certificate has not come yet. */
  readonly waiting: ReadonlyMap<DocumentId, BlogPost>;
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
    waiting: new Map(),
    refused: new Map(),
  };
}

/**
 * The state with these documents too. Bodies are passed over: see `readPostText`. Pass documents in
 * portions, not one by one: each call copies the index (some milliseconds at 100,000 posts).
 */
export function addToBlog(state: BlogState, documents: readonly unknown[]): BlogState {
  const place = { ...state, spaceId: spaceIdFromName(state.spaceName) };
  const keys = new Set(state.keys);
  const waiting = new Map(state.waiting);
  const refused = new Map(state.refused);
  let { charter } = state;
  for (const json of documents) {
    const found = classify(json, place);
    if (found.kind === 'key') keys.add(found.key);
    else if (found.kind === 'charter') charter = found.charter;
    else if (found.kind === 'post') waiting.set(found.post.id, found.post);
    else if (found.kind === 'refused') noteRefusal(refused, found);
  }
  const posts = new Map(state.posts);
  for (const [id, post] of waiting) {
    if (charter === undefined || !keys.has(post.key)) continue;
    posts.set(id, post);
    waiting.delete(id);
  }
  return { ...state, charter, keys, posts, waiting, refused };
}

/** Holes and forks of each device's chain, and where the next post goes. */
export function blogChains(state: BlogState): readonly Chain[] {
  return chainsOf(state.posts.values());
}

type Found =
  | { readonly kind: 'body' }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'charter'; readonly charter: Charter }
  | { readonly kind: 'post'; readonly post: BlogPost }
  | ({ readonly kind: 'refused' } & RefusedDocument);

/** What one document is to this blog, whatever else is there. */
function classify(json: unknown, place: BlogPlace & { readonly spaceId: Uint8Array }): Found {
  if (statedKind(json) === 'b') return { kind: 'body' };
  const opened = openSignedDocument(json, place.spaceId);
  if (!opened.ok) return { kind: 'refused', id: idForDiagnosis(json), code: opened.code };
  const document = opened.value;
  const refused = (code: Refusal): Found => ({ kind: 'refused', id: document.id, code });
  if (addressFromPublicKey(document.author) !== place.owner) {
    return refused(document.type === 'charter' ? 'wrong-owner' : 'wrong-author');
  }
  if (document.type === 'post') return { kind: 'post', post: asPost(document, place.owner) };
  if (document.type === 'key') {
    const key = readKey(document);
    return key.ok ? { kind: 'key', key: toHex(key.value) } : refused(key.code);
  }
  if (document.type !== 'charter') return refused('wrong-door');
  const charter = readCharter(document, place.spaceId);
  if (!charter.ok) return refused(charter.code);
  return charter.value.kind === 'blog'
    ? { kind: 'charter', charter: charter.value }
    : refused('wrong-space');
}

function asPost(document: SignedDocument, author: OnionAddress): BlogPost {
  const { id, hash, key, seq, prev, time, body } = document;
  if (body === undefined) throw new TypeError('an opened post names its body');
  return {
    id,
    hash,
    author,
    key: toHex(key),
    seq,
    prev,
    time,
    bodyHash: body,
    bodyId: bodyId(body),
  };
}

/** One reason per id, the same whichever variant of the document came first. */
function noteRefusal(refused: Map<string, Refusal>, { id, code }: RefusedDocument): void {
  const known = refused.get(id);
  if (known === undefined || code < known) refused.set(id, code);
}
