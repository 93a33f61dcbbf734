import type { GatedDocument } from '../document/gated.ts';
import type { DocumentId } from '../document/id.ts';
import type { EpochKeys } from '../forum-keys/epoch-keys.ts';
import type { OperationName } from '../membership/operation.ts';
import type { MembershipState } from '../membership/state.ts';
import type { Refusal } from '../refusal.ts';
import type { Entry, EntryName } from '../space/entry.ts';
import type { BodyPlace } from './inner.ts';
import type { LogKey } from './log-key.ts';
import type { EpochName, EpochNode, ForumState, KeyWord } from './state.ts';

/** A state in the making: only ever seen while documents are added. */
export interface ForumDraft extends Pick<ForumState, 'space' | 'me' | 'preKeys' | 'anchor'> {
  membership: MembershipState;
  readonly logKeys: Map<string, LogKey>;
  readonly epochs: Map<OperationName, EpochNode>;
  readonly keys: Map<EpochName, EpochKeys>;
  readonly badBoxes: Set<EpochName>;
  readonly followed: Set<EpochName>;
  readonly words: Map<OperationName, KeyWord>;
  readonly entries: Map<EntryName, Entry>;
  readonly bodies: Map<EntryName, BodyPlace>;
  readonly log: Map<OperationName, number>;
  readonly links: ForumState['links'] extends ReadonlyMap<infer K, infer V> ? Map<K, V> : never;
  readonly pending: Map<OperationName, EpochNode>;
  readonly unopened: Map<DocumentId, GatedDocument>;
  readonly opened: Set<DocumentId>;
  readonly aside: Set<DocumentId>;
  readonly refused: Map<string, Refusal>;
  readonly journal: Map<DocumentId, Uint8Array>;
}

export function forumDraft(state: ForumState): ForumDraft {
  return {
    ...state,
    logKeys: new Map(state.logKeys),
    epochs: new Map(state.epochs),
    keys: new Map(state.keys),
    badBoxes: new Set(state.badBoxes),
    followed: new Set(state.followed),
    words: new Map(state.words),
    entries: new Map(state.entries),
    bodies: new Map(state.bodies),
    log: new Map(state.log),
    links: new Map(state.links),
    pending: new Map(state.pending),
    unopened: new Map(state.unopened),
    opened: new Set(state.opened),
    aside: new Set(state.aside),
    refused: new Map(state.refused),
    journal: new Map(state.journal),
  };
}
