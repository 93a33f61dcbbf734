import * as fc from 'fast-check';
import { toHex } from '../../src/domain/bytes.ts';
import { openSignedDocument } from '../../src/domain/document/signed.ts';
import { hashFor } from '../../src/domain/hash.ts';
import { addOperations } from '../../src/domain/membership/add.ts';
import * as content from '../../src/domain/membership/content.ts';
import {
  makeGenesis,
  makeMemberKey,
  makeOperation,
  type Act,
} from '../../src/domain/membership/make.ts';
import { readOperation } from '../../src/domain/membership/operation.ts';
import { decodeSnapshotBytes } from '../../src/domain/membership/snapshot-bytes.ts';
import { openSnapshot, signSnapshot, takeSnapshot } from '../../src/domain/membership/snapshot.ts';
import { emptyMembership } from '../../src/domain/membership/state.ts';
import { viewFrom } from '../../src/domain/membership/view.ts';
import { checkWriting } from '../../src/domain/membership/writing.ts';
import { refuse } from '../../src/domain/result.ts';
import { sha256 } from '../../src/domain/sodium.ts';
import { bytesLike, documentsLike, valuesLike, way, type Way } from './outside-input.ts';
import { must, person, seeded } from './people.ts';

/** A small log with one operation of every type, and all that reads one. */

const random = seeded('outside membership');
const alice = person('Alice');
const bob = person('Bob');
const carol = person('Carol');
const signers = [alice, bob, carol].flatMap(({ identity, device }) => [identity, device.signing]);
const spaceId = sha256(new Uint8Array(1));
const charter = {
  spaceId,
  founder: alice.identity.publicKey,
  rule: 'majority',
  dormancy: true,
} as const;

const genesis = makeGenesis(alice.identity, spaceId, [
  alice.identity.publicKey,
  bob.identity.publicKey,
]);
const [aliceKey, bobKey] = [alice, bob].map(({ identity, device }) =>
  makeMemberKey(identity, spaceId, device.signing.publicKey, [genesis.hash]),
);
const ownKey = aliceKey?.hash ?? random(32);
const otherKey = bobKey?.hash ?? random(32);

function operation(
  by: typeof alice,
  own: Uint8Array,
  seq: number,
  act: Act,
  parent = genesis.hash,
) {
  const position = seq === 0 ? { seq, prev: null } : { seq, prev: own };
  return makeOperation({
    spaceId,
    writer: by.writer,
    position,
    own,
    parents: [parent],
    time: 5,
    act,
  });
}

const proposal = operation(alice, ownKey, 0, {
  type: 'propose',
  action: 'admit',
  subjects: [carol.identity.publicKey],
});
const vote = { type: 'vote', proposal: proposal.hash, yes: true } as const;
const aliceVote = operation(alice, proposal.hash, 1, vote);
const bobVote = operation(bob, otherKey, 0, vote);
const decision = operation(alice, aliceVote.hash, 2, {
  type: 'decide',
  proposal: proposal.hash,
  votes: [aliceVote.hash, bobVote.hash],
  quorum: 2,
});
const accepted = operation(
  alice,
  decision.hash,
  3,
  { type: 'accept', decision: decision.hash },
  decision.hash,
);
const leaving = operation(bob, bobVote.hash, 1, { type: 'leave' }, decision.hash);
const log = [
  genesis,
  ...[aliceKey, bobKey].flatMap((key) => key ?? []),
  proposal,
  aliceVote,
  bobVote,
  decision,
  accepted,
  leaving,
];
const state = addOperations(
  emptyMembership(charter),
  log.map(({ json }) => json),
);
const view = must(viewFrom(state, null));
const snapshot = must(takeSnapshot(state, decision.hash));
const signatures = [alice, bob].map(
  ({ writer }) =>
    signSnapshot(snapshot, { spaceId, writer, position: { seq: 0, prev: null }, time: 5 }).json,
);
const documents = [...log.map(({ json }) => json), ...signatures];

const anyOperation = documentsLike(spaceId, signers, documents);
const anyContent = valuesLike(
  ...documents.map((json) => must(openSignedDocument(json, spaceId)).content ?? {}),
);
const anySnapshot = bytesLike(snapshot.bytes);

export const membershipWays: readonly Way[] = [
  way('membership/add.ts#addOperations', fc.array(anyOperation, { maxLength: 3 }), (more) => {
    const after = addOperations(state, more);
    const codes = [...after.invalid.values(), ...after.refused.values()];
    return [viewFrom(after, null), ...codes.map((code) => refuse(code))];
  }),
  way('membership/operation.ts#readOperation', anyOperation, (json) => {
    const document = openSignedDocument(json, spaceId);
    return document.ok ? readOperation(document.value) : document;
  }),
  way('membership/content.ts#decodeGenesis', anyContent, content.decodeGenesis),
  way('membership/content.ts#decodePropose', anyContent, content.decodePropose),
  way('membership/content.ts#decodeVote', anyContent, content.decodeVote),
  way('membership/content.ts#decodeDecide', anyContent, content.decodeDecide),
  way('membership/content.ts#decodeLeave', anyContent, content.decodeLeave),
  way('membership/content.ts#decodeAccept', anyContent, content.decodeAccept),
  way('membership/content.ts#decodeSnapshot', anyContent, content.decodeSnapshot),
  way('membership/snapshot-bytes.ts#decodeSnapshotBytes', anySnapshot, decodeSnapshotBytes),
  way(
    'membership/snapshot.ts#openSnapshot',
    fc.tuple(anySnapshot, fc.array(anyOperation, { maxLength: 2 })),
    ([bytes, witnesses]) => {
      // Whoever invites names the hash of what they have made up.
      const claim = {
        decision: decision.hash,
        hash: hashFor('membership-snapshot', spaceId, bytes),
      };
      const short = openSnapshot(bytes, [...signatures, ...witnesses], claim, charter);
      return short.ok ? [short, viewFrom(short.value, decision.hash)] : short;
    },
  ),
  way('membership/view.ts#viewFrom', bytesLike(decision.hash, genesis.hash), (anchor) =>
    viewFrom(state, anchor),
  ),
  way(
    'membership/writing.ts#checkWriting',
    fc.record({
      author: bytesLike(alice.identity.publicKey),
      key: bytesLike(alice.device.signing.publicKey),
      parents: fc.array(bytesLike(decision.hash, leaving.hash, random(32)), { maxLength: 3 }),
    }),
    (writing) => checkWriting(writing, view),
  ),
];

if (!state.nodes.has(view.anchor.name) || state.invalid.size > 0 || state.waiting.size > 0) {
  throw new TypeError(`the log is not what it should be: ${toHex(decision.hash)}`);
}
