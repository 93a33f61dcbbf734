import { equalBytes, fromHex, toBase32, toHex } from '../bytes.ts';
import type { ChainPosition, Writer } from '../document/chain.ts';
import { documentId } from '../document/id.ts';
import { openSignedDocument, signDocument, type SignedDocument } from '../document/signed.ts';
import { hashFor } from '../hash.ts';
import { accept, refuse, type Result } from '../result.ts';
import { requiredVotes, type MembershipCharter } from './charter.ts';
import { decodeSnapshot } from './content.ts';
import { append, draftOf, finish, place, voteKey } from './draft.ts';
import { knows, membersUpTo, type Membership } from './evaluate.ts';
import {
  nameOf,
  personOf,
  readOperation,
  type OperationName,
  type PersonKey,
} from './operation.ts';
import { prefixBytes, decodeSnapshotBytes, encodeSnapshot } from './snapshot-bytes.ts';
import { nodesOf } from './snapshot-nodes.ts';
import { skeletonAt } from './skeleton.ts';
import { emptyMembership, type MembershipState } from './state.ts';
import type { ChainedNode, DecisionNode, KeyNode, Node, VoteNode } from './node.ts';

/** A snapshot's bytes, and what members sign of it. */
export interface Snapshot {
  readonly bytes: Uint8Array;
  readonly decision: Uint8Array;
  readonly hash: Uint8Array;
}

/** What an invitation says of a snapshot. */
export interface SnapshotClaim {
  readonly decision: Uint8Array;
  readonly hash: Uint8Array;
}

/** The log at a decision, without the votes that are counted for good. The same for every replica. */
export function takeSnapshot(state: MembershipState, decision: Uint8Array): Result<Snapshot> {
  const skeleton = skeletonAt(nameOf(decision), state);
  if (!skeleton.ok) return skeleton;
  const bytes = encodeSnapshot(skeleton.value);
  return accept({ bytes, decision, hash: hashOf(state.charter, bytes) });
}

/** A member says that a snapshot is what they worked out themselves. */
export function signSnapshot(
  { decision, hash }: SnapshotClaim,
  signing: { spaceId: Uint8Array; writer: Writer; position: ChainPosition; time: number },
): SignedDocument {
  const { spaceId, writer, position, time } = signing;
  return signDocument({
    spaceId,
    type: 'snapshot',
    author: writer.author,
    signer: writer.signer,
    ...position,
    parents: [decision],
    time,
    content: { d: decision, h: hash },
  });
}

/**
 * A state that begins at a snapshot, as if all before it had been read: without checking a single old vote.
 * It must be the snapshot that the invitation names, and signed by as many of its members as a decision
 * takes. `witnesses` are their signatures, and the `key` operations that nothing before the decision builds
 * on. Whoever invites could still have made up the members: a newcomer knows nobody else to ask.
 */
export function openSnapshot(
  bytes: Uint8Array,
  witnesses: readonly unknown[],
  claim: SnapshotClaim,
  charter: MembershipCharter,
): Result<MembershipState> {
  if (!equalBytes(hashOf(charter, bytes), claim.hash)) return refuse('wrong-id');
  const contents = decodeSnapshotBytes(bytes);
  if (!contents.ok) return contents;
  const read = nodesOf(contents.value, charter);
  if (!read.ok) return read;
  const { nodes, tips } = read.value;
  const decision = nodes.at(-1);
  if (decision?.kind !== 'decide' || decision.name !== nameOf(claim.decision)) {
    return refuse('unknown-anchor');
  }
  const draft = draftOf(stateFrom(charter, decision, nodes, tips, contents.value.dropped));
  const signatures: SignedDocument[] = [];
  for (const json of witnesses) {
    const document = openSignedDocument(json, charter.spaceId);
    if (!document.ok) continue;
    if (document.value.type === 'snapshot') signatures.push(document.value);
    const operation = readOperation(document.value);
    if (operation.ok && operation.value.kind === 'key') place(operation.value, draft);
  }
  const state = finish(draft);
  return isSignedByQuorum(signatures, claim, decision, state) ? accept(state) : refuse('no-quorum');
}

function isSignedByQuorum(
  signatures: readonly SignedDocument[],
  claim: SnapshotClaim,
  decision: DecisionNode,
  { charter, words }: MembershipState,
): boolean {
  const membership = membersUpTo(decision);
  const signers = new Set<PersonKey>();
  for (const { author, key, content } of signatures) {
    const signer = personOf(author);
    if (!membership.members.has(signer) || !isAbout(content, claim)) continue;
    const keys = currentKeys(words.get(signer) ?? [], membership);
    if (keys.has(toHex(key))) signers.add(signer);
  }
  if (charter.rule === 'owner') return signers.has(personOf(charter.founder));
  return signers.size >= requiredVotes(charter.rule, 'admit', membership.members.size);
}

function isAbout(content: unknown, claim: SnapshotClaim): boolean {
  const said = decodeSnapshot(content);
  return (
    said.ok && equalBytes(said.value.d, claim.decision) && equalBytes(said.value.h, claim.hash)
  );
}

/** The devices certified since the member last came in. */
function currentKeys(words: readonly Node[], { departures }: Membership): ReadonlySet<string> {
  const keys = words.filter((node): node is KeyNode => node.kind === 'key');
  const current = keys.filter((key) =>
    (departures.get(key.author) ?? []).every((departure) => knows(key.effects, departure)),
  );
  return new Set(current.map(({ device }) => device));
}

function stateFrom(
  charter: MembershipCharter,
  decision: DecisionNode,
  nodes: readonly Node[],
  tips: readonly ChainedNode[],
  dropped: Uint8Array,
): MembershipState {
  const words = new Map<PersonKey, readonly Node[]>();
  const votes = new Map<string, readonly VoteNode[]>();
  const successors = new Map<OperationName, readonly ChainedNode[]>();
  for (const node of nodes) {
    append<PersonKey, Node>(words, node.author, node);
    if (node.kind === 'vote')
      append<string, VoteNode>(votes, voteKey(node.proposal.name, node.author), node);
  }
  for (const tip of tips) append(successors, tip.own.name, tip);
  const prefixes = Array.from({ length: dropped.length / prefixBytes }, (_, index) =>
    toBase32(dropped.subarray(index * prefixBytes, (index + 1) * prefixBytes)),
  );
  return {
    ...emptyMembership(charter),
    nodes: new Map(nodes.map((node) => [node.name, node])),
    words,
    votes,
    successors,
    opened: new Set(nodes.map(({ name }) => documentId('d', bytesOf(name)))),
    passedOver: new Set(prefixes.map((prefix) => `d${prefix}`)),
    base: decision.name,
  };
}

function hashOf({ spaceId }: MembershipCharter, bytes: Uint8Array): Uint8Array {
  return hashFor('membership-snapshot', spaceId, bytes);
}

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (!bytes.ok) throw new TypeError('a name was made without bytes');
  return bytes.value;
}
