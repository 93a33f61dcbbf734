import { bodyId } from '../document/body.ts';
import { documentId, type DocumentId } from '../document/id.ts';
import type { GateKey } from '../document/gated.ts';
import { chooseEpoch } from '../forum-keys/choose.ts';
import { bytesOfName } from '../membership/operation.ts';
import { viewFrom, type MembershipView } from '../membership/view.ts';
import type { Refusal } from '../refusal.ts';
import { accept, type Result } from '../result.ts';
import { entryChains, type EntryChain } from '../space/chains-of-entries.ts';
import { discuss, type Discussion } from '../space/discussion.ts';
import { memberJudge } from '../space/member-judge.ts';
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
  /** The epoch to write in; undefined if one has to be made first. */
  readonly epoch: EpochNode | undefined;
  /** The epoch that would be the one to write in, but for our own bad box in it: complain. */
  readonly complaintDue: EpochNode | undefined;
  /** To lend the host: of the log, and of every epoch that counts. */
  readonly gateKeys: readonly GateKey[];
}

/** What the documents amount to. Refuses with `unknown-anchor` while the log has no beginning here. */
export function viewForum(state: ForumState): Result<PrivateForum> {
  const viewed = viewFrom(state.membership, state.anchor);
  if (!viewed.ok) return viewed;
  const view = viewed.value;
  const record = {
    charter: state.space.charter,
    view,
    others: state.log,
    farewells: farewellsIn(state),
    links: state.links.values(),
  };
  const discussion = discuss(state.entries, memberJudge(record));
  const refused = new Map<string, Refusal>([...state.refused, ...discussion.refused]);
  const epochs = epochsToWriteIn(state, view);
  return accept({
    ...discussion,
    state,
    membership: view,
    refused,
    chains: entryChains(state.links.values()),
    purge: sealedBodies(discussion.purge, state),
    ...epochs,
    gateKeys: gateKeysOf(state),
  });
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

/** The sealed documents that the bodies to be erased are in. */
function sealedBodies(purge: readonly DocumentId[], state: ForumState): readonly DocumentId[] {
  if (purge.length === 0) return [];
  const gone = new Set(purge);
  const sealed: DocumentId[] = [];
  for (const [name, { hash }] of state.bodies) {
    const entry = state.entries.get(name);
    if (entry !== undefined && 'bodyHash' in entry && gone.has(bodyId(entry.bodyHash))) {
      sealed.push(documentId('e', hash));
    }
  }
  return sealed;
}
