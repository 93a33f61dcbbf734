import { bodyId } from '../document/body.ts';
import type { DocumentId } from '../document/id.ts';
import type { PersonKey } from '../membership/operation.ts';
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
  readonly purge: readonly DocumentId[];
  /** The entries that count, for their authors' chains. */
  readonly counted: readonly Entry[];
}

/** What a set of entries amounts to. Depends on the set and the judge only, not on any order. */
export function discuss(entries: ReadonlyMap<EntryName, Entry>, judge: Judge): Discussion {
  const standings = standingsOf(entries, judge);
  const about = new Map<EntryName, Pointing[]>();
  const counted: Entry[] = [];
  const waiting: Entry[] = [];
  const refused = new Map<DocumentId, Refusal>();
  for (const entry of entries.values()) {
    const standing = standings.get(entry.name) ?? 'waiting';
    if (standing === 'waiting') waiting.push(entry);
    else if (standing !== 'counts') refused.set(entry.id, standing);
    else {
      counted.push(entry);
      if (entry.kind === 'post') continue;
      const known = about.get(entry.target);
      if (known === undefined) about.set(entry.target, [entry]);
      else known.push(entry);
    }
  }
  const isCountedPost = (name: EntryName) =>
    standings.get(name) === 'counts' && entries.get(name)?.kind === 'post';
  const posts = new Map<EntryName, ShownPost>();
  const purge: DocumentId[] = [];
  for (const entry of counted) {
    if (entry.kind !== 'post') continue;
    const said = about.get(entry.name) ?? [];
    const shown = showPost(entry, said, isCountedPost);
    posts.set(entry.name, shown);
    if (shown.wording !== undefined) continue;
    purge.push(...bodiesOf(entry, said));
  }
  return { posts, waiting, refused, purge, counted };
}

function standingsOf(
  entries: ReadonlyMap<EntryName, Entry>,
  { standing, knows }: Judge,
): ReadonlyMap<EntryName, Standing> {
  const standings = new Map<EntryName, Standing>();
  const isHere = (name: EntryName) => entries.has(name) || knows(name);
  for (const entry of entries.values()) {
    standings.set(entry.name, entry.parents.every(isHere) ? standing(entry) : 'waiting');
  }
  for (const entry of entries.values()) {
    if (entry.kind === 'post' || standings.get(entry.name) !== 'counts') continue;
    const target = entries.get(entry.target);
    if (target !== undefined) {
      standings.set(entry.name, pointingStanding(entry, target, standings.get(target.name)));
    } else {
      standings.set(entry.name, knows(entry.target) ? 'bad-ancestry' : 'waiting');
    }
  }
  return standings;
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

/** Each person's last one; an empty sign takes back the one before. */
function reactionsIn(said: readonly Pointing[]): ReadonlyMap<PersonKey, string> {
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
