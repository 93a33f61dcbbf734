import { bodyId } from '../document/body.ts';
import type { DocumentId } from '../document/id.ts';
import type { PersonKey } from '../membership/operation.ts';
import { LayeredMap, LayeredSet } from '../layered.ts';
import type { Refusal } from '../refusal.ts';
import type { EditEntry, Entry, EntryName, Pointing, PostEntry, ReactionEntry } from './entry.ts';
import { latestOf } from './latest.ts';

/** Whether an entry counts; `waiting` while something it builds on is not here. */
export type Standing = 'counts' | 'waiting' | Refusal;

/** What a space says of its entries. */
export interface Judge {
  /** By author and rights alone, without what the entry points at. */
  readonly standing: (entry: Entry) => Standing;
  /** Whether this is a document here that is no entry, an operation for instance. */
  readonly knows: (name: EntryName) => boolean;
}

/** Which body says what a post says now. */
export interface PostWording {
  readonly hash: Uint8Array;
  readonly id: DocumentId;
  /** The post, or the edit of it, whose body it is. */
  readonly of: EntryName;
}

/** A post as it is shown, with all that was said of it since. */
export interface ShownPost extends PostEntry {
  /** The posts it answers, of those that count. */
  readonly answers: readonly EntryName[];
  /** Of the wording that counts; undefined once the post is taken back. */
  readonly wording: PostWording | undefined;
  readonly edited: boolean;
  readonly reactions: ReadonlyMap<PersonKey, string>;
}

export interface Discussion {
  readonly posts: ReadonlyMap<EntryName, ShownPost>;
  readonly waiting: readonly Entry[];
  readonly refused: ReadonlyMap<DocumentId, Refusal>;
  /** Bodies of posts that were taken back: to be erased wherever they are. */
  readonly purge: ReadonlySet<DocumentId>;
  /** The entries that count, for their authors' chains. */
  readonly counted: ReadonlyMap<EntryName, Entry>;
  /** What counts and was said of each post. */
  readonly about: ReadonlyMap<EntryName, readonly Pointing[]>;
  /** Posts that answer one which is here and doesn't count yet, by that one. */
  readonly hoping: ReadonlyMap<EntryName, readonly EntryName[]>;
}

export const noDiscussion: Discussion = {
  posts: new Map(),
  waiting: [],
  refused: new Map(),
  purge: new Set(),
  counted: new Map(),
  about: new Map(),
  hoping: new Map(),
};

/** What fewer entries amounted to, and those that have come since. */
export interface Earlier {
  readonly discussion: Discussion;
  readonly fresh: readonly Entry[];
}

/**
 * What a set of entries amounts to. Depends on the set and the judge only, not on any order, nor on what was worked out
 * earlier. That goes with a judge who says the same as the earlier one of what was not waiting.
 */
export function discuss(
  entries: ReadonlyMap<EntryName, Entry>,
  judge: Judge,
  earlier: Earlier = { discussion: noDiscussion, fresh: [...entries.values()] },
): Discussion {
  const draft = draftFrom(earlier.discussion);
  const touched = new Set<EntryName>();
  const pointing: Pointing[] = [];
  const open = new Map<EntryName, Entry>();
  for (const entry of [...earlier.discussion.waiting, ...earlier.fresh]) {
    if (!draft.counted.has(entry.name)) open.set(entry.name, entry);
  }
  for (const entry of open.values()) {
    const standing = standingOf(entry, entries, judge);
    if (standing !== 'counts') putOff(entry, standing, draft);
    else if (entry.kind !== 'post') pointing.push(entry);
    else {
      draft.counted.set(entry.name, entry);
      touched.add(entry.name);
    }
  }
  for (const entry of pointing) {
    const standing = standingAt(entry, entries, judge, draft);
    if (standing !== 'counts') putOff(entry, standing, draft);
    else {
      draft.counted.set(entry.name, entry);
      draft.about.set(entry.target, [...(draft.about.get(entry.target) ?? []), entry]);
      touched.add(entry.target);
    }
  }
  for (const name of touched) {
    for (const child of draft.hoping.get(name) ?? []) touched.add(child);
    if (!draft.posts.has(name)) hope(name, entries, draft);
  }
  for (const name of touched) show(name, draft);
  const waiting = [...draft.waiting];
  return { ...draft, waiting };
}

interface Draft {
  readonly posts: LayeredMap<EntryName, ShownPost>;
  readonly waiting: Entry[];
  readonly refused: LayeredMap<DocumentId, Refusal>;
  readonly purge: LayeredSet<DocumentId>;
  readonly counted: LayeredMap<EntryName, Entry>;
  readonly about: LayeredMap<EntryName, readonly Pointing[]>;
  readonly hoping: LayeredMap<EntryName, readonly EntryName[]>;
}

function draftFrom({ posts, refused, purge, counted, about, hoping }: Discussion): Draft {
  return {
    posts: LayeredMap.draftOf(posts),
    waiting: [],
    refused: LayeredMap.draftOf(refused),
    purge: LayeredSet.draftOf(purge),
    counted: LayeredMap.draftOf(counted),
    about: LayeredMap.draftOf(about),
    hoping: LayeredMap.draftOf(hoping),
  };
}

function putOff(entry: Entry, standing: Exclude<Standing, 'counts'>, draft: Draft): void {
  if (standing === 'waiting') draft.waiting.push(entry);
  else draft.refused.set(entry.id, standing);
}

function standingOf(
  entry: Entry,
  entries: ReadonlyMap<EntryName, Entry>,
  { standing, knows }: Judge,
): Standing {
  const isHere = (name: EntryName) => entries.has(name) || knows(name);
  return entry.parents.every(isHere) ? standing(entry) : 'waiting';
}

/** Of what points at a post, once all posts are judged that can be. */
function standingAt(
  entry: Pointing,
  entries: ReadonlyMap<EntryName, Entry>,
  { knows }: Judge,
  { counted, refused }: Draft,
): Standing {
  const target = entries.get(entry.target);
  if (target === undefined) return knows(entry.target) ? 'bad-ancestry' : 'waiting';
  const isCounted = counted.has(target.name);
  return pointingStanding(
    entry,
    target,
    isCounted ? 'counts' : (refused.get(target.id) ?? 'waiting'),
  );
}

/** A post answers those of its parents that are posts and count, also if that comes later. */
function hope(name: EntryName, entries: ReadonlyMap<EntryName, Entry>, draft: Draft): void {
  for (const parent of draft.counted.get(name)?.parents ?? []) {
    if (entries.get(parent)?.kind !== 'post' || draft.counted.has(parent)) continue;
    draft.hoping.set(parent, [...(draft.hoping.get(parent) ?? []), name]);
  }
}

function show(name: EntryName, { posts, counted, about, purge }: Draft): void {
  const post = counted.get(name);
  if (post?.kind !== 'post') return;
  const said = about.get(name) ?? [];
  const shown = showPost(post, said, (parent) => counted.get(parent)?.kind === 'post');
  posts.set(name, shown);
  if (shown.wording !== undefined) return;
  for (const body of bodiesOf(post, said)) purge.add(body);
}

/** Only the author of a post can change it or take it back; anybody who may write can react to it. */
function pointingStanding(
  entry: Pointing,
  target: Entry,
  standing: Standing | undefined,
): Standing {
  if (target.kind !== 'post') return 'bad-ancestry';
  if (entry.kind !== 'reaction' && target.author !== entry.author) return 'wrong-author';
  if (standing === 'counts' || standing === 'waiting') return standing;
  return 'bad-ancestry';
}

/** A post with what was said of it. All of it must count. */
export function showPost(
  post: PostEntry,
  said: readonly Pointing[],
  counts: (name: EntryName) => boolean,
): ShownPost {
  const edits = said.filter((one) => one.kind === 'edit');
  const isTakenBack = said.some(({ kind }) => kind === 'retraction');
  const { bodyHash: hash, name: of } = latestOf<EditEntry | PostEntry>(edits) ?? post;
  return {
    ...post,
    answers: post.parents.filter(counts),
    wording: isTakenBack ? undefined : { hash, id: bodyId(hash), of },
    edited: edits.length > 0,
    reactions: reactionsIn(said),
  };
}

/** Every wording that a post has had. */
export function bodiesOf(post: PostEntry, said: readonly Pointing[]): readonly DocumentId[] {
  const edits = said.filter((one) => one.kind === 'edit');
  return [post, ...edits].map(({ bodyHash }) => bodyId(bodyHash));
}

/** Most posts have none. */
const noReactions: ReadonlyMap<PersonKey, string> = new Map();

/** Each person's last one; an empty sign takes back the one before. */
function reactionsIn(said: readonly Pointing[]): ReadonlyMap<PersonKey, string> {
  if (said.length === 0) return noReactions;
  const byPerson = new Map<PersonKey, ReactionEntry[]>();
  for (const one of said) {
    if (one.kind !== 'reaction') continue;
    byPerson.set(one.author, [...(byPerson.get(one.author) ?? []), one]);
  }
  const signs = new Map<PersonKey, string>();
  for (const [author, theirs] of [...byPerson].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const sign = latestOf(theirs)?.sign ?? '';
    if (sign !== '') signs.set(author, sign);
  }
  return signs;
}
