import { documentId, type DocumentId } from '../document/id.ts';
import type { GateKey } from '../document/gated.ts';
import { chooseEpoch } from '../forum-keys/choose.ts';
import { bytesOfName } from '../membership/operation.ts';
import { viewFrom, type MembershipView } from '../membership/view.ts';
import { differences, LayeredSet } from '../layered.ts';
import type { Refusal } from '../refusal.ts';
import { accept, type Result } from '../result.ts';
import { entryChains, type EntryChain } from '../space/chains-of-entries.ts';
import { discuss, type Discussion } from '../space/discussion.ts';
import { memberJudge, type MemberJudge } from '../space/member-judge.ts';
import { addToForum } from './add.ts';
import { complaintsIn, farewellsIn, isHeard } from './key-words.ts';
import { epochNameOf, type EpochNode, type ForumState } from './state.ts';
import { isUpToDate } from './up-to-date.ts';

/** A sealed space as one of its members sees it. */
export interface PrivateForum extends Omit<Discussion, 'refused'> {
  readonly state: ForumState;
  readonly membership: MembershipView;
  readonly chains: readonly EntryChain[];
  /** By `_id` of the sealed document, or of the signed one inside. */
  readonly refused: ReadonlyMap<string, Refusal>;
  /** The sealed documents that the bodies to be erased are in. */
  readonly purge: ReadonlySet<DocumentId>;
  /** The epoch to write in; undefined if one has to be made first. */
  readonly epoch: EpochNode | undefined;
  /** The epoch that would be the one to write in, but for our own bad box in it: complain. */
  readonly complaintDue: EpochNode | undefined;
  /** To lend the host: of the log, and of every epoch that counts. */
  readonly gateKeys: readonly GateKey[];
  /** What a view of this forum with more in it goes on from. */
  readonly basis: Basis;
}

interface Basis {
  readonly judge: MemberJudge;
  readonly discussion: Discussion;
}

/**
 * What the documents amount to. Refuses with `unknown-anchor` while the log has no beginning here.
 *
 * @param before what the forum was with fewer documents, if that is known: as long as only people have written since, the
 * cost follows from what they wrote
 */
export function viewForum(state: ForumState, before?: PrivateForum): Result<PrivateForum> {
  const isSame = before !== undefined && isSameLog(before.state, state);
  const viewed = isSame ? accept(before.membership) : viewFrom(state.membership, state.anchor);
  if (!viewed.ok) return viewed;
  const membership = viewed.value;
  const basis = (isSame ? goOn(state, before) : undefined) ?? begin(state, membership);
  const { discussion } = basis;
  const epochs =
    isSame && before.state.epochs === state.epochs && before.state.badBoxes === state.badBoxes
      ? before
      : epochsToWriteIn(state, membership);
  return accept({
    ...discussion,
    state,
    membership,
    refused: new Map<string, Refusal>([...state.refused, ...discussion.refused]),
    get chains() {
      return entryChains(state.links.values());
    },
    // Judged anew, it may turn out that something was not taken back.
    purge: sealedBodies(
      state,
      discussion,
      before?.basis.judge === basis.judge ? before : undefined,
    ),
    epoch: epochs.epoch,
    complaintDue: epochs.complaintDue,
    gateKeys: gateKeysOf(state),
    basis,
  });
}

/** Whether all that entries are judged by is what it was. */
function isSameLog(before: ForumState, after: ForumState): boolean {
  return (
    before.membership === after.membership &&
    before.anchor === after.anchor &&
    before.words === after.words &&
    before.log === after.log
  );
}

function begin(state: ForumState, view: MembershipView): Basis {
  const judge = memberJudge({
    charter: state.space.charter,
    view,
    others: state.log,
    farewells: farewellsIn(state),
    links: state.links.values(),
  });
  return { judge, discussion: discuss(state.entries, judge) };
}

/** `undefined` where what has come can change what was said of the rest. */
function goOn(state: ForumState, { state: earlier, basis }: PrivateForum): Basis | undefined {
  const { judge } = basis;
  const { changed: fresh, gone } = differences(earlier.entries, state.entries);
  if (gone.length > 0 || judge.hasLookedAtChains()) return undefined;
  const discussion = discuss(state.entries, judge, { discussion: basis.discussion, fresh });
  return judge.hasLookedAtChains() ? undefined : { judge, discussion };
}

/** A whole sealed space from all its documents, in any order. For small sets; else keep the state. */
export function evaluatePrivateForum(
  state: ForumState,
  documents: readonly unknown[],
): Result<PrivateForum> {
  return viewForum(addToForum(state, documents));
}

/**
 * Everyone with the same operations chooses the same epoch: of those by an author who still counts,
 * for exactly the members of now and made after the last change, about which nobody complains.
 */
function epochsToWriteIn(
  state: ForumState,
  view: MembershipView,
): Pick<PrivateForum, 'epoch' | 'complaintDue'> {
  const nodes = [...state.epochs.values()].filter(
    (node) => isHeard(node, state, view) && isUpToDate(node, state, view),
  );
  const members = [...view.members].map(bytesOfName);
  const complaints = complaintsIn(state, view);
  const epochs = nodes.map(({ epoch }) => epoch);
  const chosen = chooseEpoch(epochs, members, complaints);
  const node = nodes.find(({ epoch }) => epoch === chosen);
  const isBad = node !== undefined && state.badBoxes.has(epochNameOf(node.epoch.id));
  return isBad
    ? { epoch: undefined, complaintDue: node }
    : { epoch: node, complaintDue: undefined };
}

function gateKeysOf({ logKeys, keys }: ForumState): readonly GateKey[] {
  return [
    ...[...logKeys.values()].map(({ gate }) => gate),
    ...[...keys.values()].map(({ hint, gateKey }) => ({ hint, key: gateKey })),
  ];
}

/** Of posts that were taken back, every wording. */
function sealedBodies(
  { bodies }: ForumState,
  { posts, about }: Discussion,
  before: PrivateForum | undefined,
): ReadonlySet<DocumentId> {
  const sealed = LayeredSet.draftOf(before?.purge ?? new Set<DocumentId>());
  const { changed } = differences(before?.posts ?? new Map<never, never>(), posts);
  for (const { name, wording } of changed) {
    if (wording !== undefined) continue;
    const edits = (about.get(name) ?? []).filter(({ kind }) => kind === 'edit');
    for (const one of [name, ...edits.map((edit) => edit.name)]) {
      const place = bodies.get(one);
      if (place !== undefined) sealed.add(documentId('e', place.hash));
    }
  }
  return sealed;
}
