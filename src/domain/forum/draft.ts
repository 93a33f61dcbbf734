import { LayeredMap, LayeredSet, settled } from '../layered.ts';
import type { ForumState } from './state.ts';

type Layered<T> =
  T extends ReadonlyMap<infer K, infer V>
    ? LayeredMap<K, V>
    : T extends ReadonlySet<infer V>
      ? LayeredSet<V>
      : never;

type Indexes =
  | 'logKeys'
  | 'epochs'
  | 'keys'
  | 'badBoxes'
  | 'followed'
  | 'words'
  | 'entries'
  | 'bodies'
  | 'log'
  | 'links'
  | 'pending'
  | 'unopened'
  | 'opened'
  | 'logDocuments'
  | 'aside'
  | 'refused'
  | 'journal';

/** A state in the making: only ever seen while documents are added. */
export type ForumDraft = Pick<ForumState, 'space' | 'me' | 'preKeys' | 'anchor'> & {
  membership: ForumState['membership'];
} & { readonly [K in Indexes]: Layered<ForumState[K]> };

export function forumDraft(state: ForumState): ForumDraft {
  return {
    ...state,
    logKeys: LayeredMap.draftOf(state.logKeys),
    epochs: LayeredMap.draftOf(state.epochs),
    keys: LayeredMap.draftOf(state.keys),
    badBoxes: LayeredSet.draftOf(state.badBoxes),
    followed: LayeredSet.draftOf(state.followed),
    words: LayeredMap.draftOf(state.words),
    entries: LayeredMap.draftOf(state.entries),
    bodies: LayeredMap.draftOf(state.bodies),
    log: LayeredMap.draftOf(state.log),
    links: LayeredMap.draftOf(state.links),
    pending: LayeredMap.draftOf(state.pending),
    unopened: LayeredMap.draftOf(state.unopened),
    opened: LayeredSet.draftOf(state.opened),
    logDocuments: LayeredSet.draftOf(state.logDocuments),
    aside: LayeredSet.draftOf(state.aside),
    refused: LayeredMap.draftOf(state.refused),
    journal: LayeredMap.draftOf(state.journal),
  };
}

/** The state that a draft of `before` has become. What is as it was stays the same object. */
export function finishForum(draft: ForumDraft, before: ForumState): ForumState {
  return {
    ...draft,
    logKeys: settled<ForumState['logKeys']>(before.logKeys, draft.logKeys),
    epochs: settled<ForumState['epochs']>(before.epochs, draft.epochs),
    keys: settled<ForumState['keys']>(before.keys, draft.keys),
    badBoxes: settled<ForumState['badBoxes']>(before.badBoxes, draft.badBoxes),
    followed: settled<ForumState['followed']>(before.followed, draft.followed),
    words: settled<ForumState['words']>(before.words, draft.words),
    entries: settled<ForumState['entries']>(before.entries, draft.entries),
    bodies: settled<ForumState['bodies']>(before.bodies, draft.bodies),
    log: settled<ForumState['log']>(before.log, draft.log),
    links: settled<ForumState['links']>(before.links, draft.links),
    pending: settled<ForumState['pending']>(before.pending, draft.pending),
    unopened: settled<ForumState['unopened']>(before.unopened, draft.unopened),
    opened: settled<ForumState['opened']>(before.opened, draft.opened),
    logDocuments: settled<ForumState['logDocuments']>(before.logDocuments, draft.logDocuments),
    aside: settled<ForumState['aside']>(before.aside, draft.aside),
    refused: settled<ForumState['refused']>(before.refused, draft.refused),
    journal: settled<ForumState['journal']>(before.journal, draft.journal),
  };
}
