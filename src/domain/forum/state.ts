import { toHex } from '../bytes.ts';
import type { GatedDocument } from '../document/gated.ts';
import type { DocumentId } from '../document/id.ts';
import type { EpochKeys } from '../forum-keys/epoch-keys.ts';
import type { Epoch } from '../forum-keys/epoch.ts';
import type { ForumPreKey, ForumPreKeyOffer } from '../forum-keys/pre-key.ts';
import type { OperationName, PersonKey } from '../membership/operation.ts';
import { emptyMembership, type MembershipState } from '../membership/state.ts';
import type { Writer } from '../membership/writing.ts';
import type { Refusal } from '../refusal.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { ChainLink } from '../space/chains.ts';
import { isSealedCharter, type SealedCharter } from '../space/charter-content.ts';
import { membershipCharterOf, type CharteredSpace } from '../space/charter.ts';
import type { Entry, EntryName } from '../space/entry.ts';
import type { Farewell } from '../space/farewells.ts';
import type { Invitation } from '../space/invitation.ts';
import type { BodyPlace } from './inner.ts';
import { logKeyFrom, type LogKey } from './log-key.ts';

declare const epochName: unique symbol;

/** An epoch's id in hex. */
export type EpochName = string & { readonly [epochName]: true };

export function epochNameOf(id: Uint8Array): EpochName {
  return toHex(id) as EpochName;
}

/** An epoch that counts, by the document that published it. */
export interface EpochNode extends Writer {
  readonly id: DocumentId;
  readonly name: OperationName;
  readonly epoch: Epoch;
}

/** A member's word about keys, or about who is gone, judged with the members of now. */
export type KeyWord = Writer &
  (
    | { readonly kind: 'complaint'; readonly epoch: Uint8Array }
    | { readonly kind: 'pre-key'; readonly offer: ForumPreKeyOffer }
    | { readonly kind: 'farewell'; readonly farewell: Farewell }
  );

/**
 * What one member knows of a sealed space, keys and all: a value that `addToForum` (add.ts) makes anew
 * and never changes. The same set of documents gives the same state of the log, and with it the same
 * posts, in whatever order and portions. It is as secret as what it opens.
 */
export interface ForumState {
  readonly space: CharteredSpace<SealedCharter>;
  readonly me: Uint8Array;
  /** The decision held as final; see membership. */
  readonly anchor: Uint8Array | null;
  /** Our own, with their secrets, as long as those are kept. */
  readonly preKeys: readonly ForumPreKey[];
  /** By hint, in hex; the invitation's first. */
  readonly logKeys: ReadonlyMap<string, LogKey>;
  readonly membership: MembershipState;
  readonly epochs: ReadonlyMap<OperationName, EpochNode>;
  readonly keys: ReadonlyMap<EpochName, EpochKeys>;
  /** Epochs whose box for us does not hold what it should. */
  readonly badBoxes: ReadonlySet<EpochName>;
  /** Epochs by which we have the log key before theirs. */
  readonly followed: ReadonlySet<EpochName>;
  readonly words: ReadonlyMap<OperationName, KeyWord>;
  readonly entries: ReadonlyMap<EntryName, Entry>;
  /** Where the bodies of entries are. */
  readonly bodies: ReadonlyMap<EntryName, BodyPlace>;
  /** All that is known of the log, by what others name it by, and when it was written as its author claims. */
  readonly log: ReadonlyMap<OperationName, number>;
  readonly links: ReadonlyMap<DocumentId, ChainLink & { readonly author: PersonKey }>;
  /** Epochs that wait for what they build on. */
  readonly pending: ReadonlyMap<OperationName, EpochNode>;
  /** What no key of ours opens yet. */
  readonly unopened: ReadonlyMap<DocumentId, GatedDocument>;
  readonly opened: ReadonlySet<DocumentId>;
  /** Of these, what the log's keys have opened. */
  readonly logDocuments: ReadonlySet<DocumentId>;
  /** Under an epoch of ours, but no messages: bodies, pieces of files, or nothing. */
  readonly aside: ReadonlySet<DocumentId>;
  readonly refused: ReadonlyMap<string, Refusal>;
  /**
   * Without history: messages whose keys are used up, by the document they came in, as nothing but this
   * state can show them any more. To be written down together with `keys` (restore.ts).
   */
  readonly journal: ReadonlyMap<DocumentId, Uint8Array>;
}

/** What a member begins with: an invitation, and the pre-keys they have offered. `wrong-space` for a public space. */
export function joinForum(
  { space, logKeys, anchor }: Omit<Invitation, 'snapshot'>,
  { me, preKeys }: { readonly me: Uint8Array; readonly preKeys: readonly ForumPreKey[] },
): Result<ForumState> {
  const { charter } = space;
  const membership = membershipCharterOf(space);
  if (!isSealedCharter(charter) || membership === undefined) return refuse('wrong-space');
  const keys = logKeys.map((secret) => logKeyFrom(secret, space.id));
  return accept({
    space: { ...space, charter },
    me,
    anchor,
    preKeys,
    logKeys: new Map(keys.map((key) => [toHex(key.gate.hint), key])),
    membership: emptyMembership(membership),
    epochs: new Map(),
    keys: new Map(),
    badBoxes: new Set(),
    followed: new Set(),
    words: new Map(),
    entries: new Map(),
    bodies: new Map(),
    log: new Map(),
    links: new Map(),
    pending: new Map(),
    unopened: new Map(),
    opened: new Set(),
    logDocuments: new Set(),
    aside: new Set(),
    refused: new Map(),
    journal: new Map(),
  });
}
