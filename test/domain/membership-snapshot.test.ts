import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainStart } from '../../src/domain/document/chain.ts';
import type { SignedDocument } from '../../src/domain/document/signed.ts';
import { addOperations } from '../../src/domain/membership/add.ts';
import { nameOf } from '../../src/domain/membership/operation.ts';
import {
  openSnapshot,
  signSnapshot,
  takeSnapshot,
  type Snapshot,
} from '../../src/domain/membership/snapshot.ts';
import type { MembershipState } from '../../src/domain/membership/state.ts';
import { viewFrom } from '../../src/domain/membership/view.ts';
import { hashFor } from '../../src/domain/hash.ts';
import { refusals } from '../../src/domain/refusal.ts';
import { must } from './people.ts';
import { deviceOf, keyOf, World } from './membership-world.ts';

const signedBy = (world: World, snapshot: Snapshot, names: readonly string[], device = 'laptop') =>
  names.map(
    (name) =>
      signSnapshot(snapshot, {
        spaceId: world.charter.spaceId,
        writer: { author: keyOf(name), signer: deviceOf(name, device) },
        position: chainStart,
        time: 1,
      }).json,
  );

const json = (documents: readonly SignedDocument[]) => documents.map((document) => document.json);

/** A forum with removals, returns, a fork and an open proposal, and a snapshot of it. */
function lively() {
  const world = new World(['Alice', 'Bob', 'Carol', 'Mallory']);
  world.admit(['Alice', 'Bob', 'Carol'], ['Dave']);
  const start = world.documents.slice(0, 5);
  const oscar = world.propose('Mallory', 'admit', ['Oscar']);
  const peggy = world.propose('Mallory', 'admit', ['Peggy'], { seen: start, fork: true });
  for (const proposal of [oscar, peggy]) world.vote('Carol', proposal);
  world.carry(['Alice', 'Bob', 'Carol'], 'remove', ['Dave']);
  world.admit(['Alice', 'Bob', 'Carol'], ['Dave', 'Erin']);
  const open = world.gather(['Alice', 'Bob'], 'admit', ['Frank'], [...world.documents]);
  const decision = world.admit(['Alice', 'Bob', 'Carol', 'Dave'], ['Grace']);
  const late = world.vote('Erin', open.proposal);
  const state = world.state();
  const snapshot = must(takeSnapshot(state, decision.hash));
  return { world, open, decision, late, snapshot, before: [...world.documents] };
}

function opened(world: World, snapshot: Snapshot, voters: readonly string[]): MembershipState {
  const signatures = signedBy(world, snapshot, voters);
  return must(openSnapshot(snapshot.bytes, signatures, snapshot, world.charter));
}

const hashOfSnapshot = (world: World, bytes: Uint8Array) =>
  hashFor('membership-snapshot', world.charter.spaceId, bytes);

const quorum = ['Alice', 'Bob', 'Carol', 'Dave'];

test('a state from a snapshot goes on exactly as one that has read everything', () => {
  const { world, open, decision, late, snapshot, before } = lively();
  const short = addOperations(opened(world, snapshot, quorum), json(before));
  const there = must(viewFrom(short, decision.hash));
  expect(there.digest).toEqual(world.view(decision).digest);
  expect(there.incomplete).toBe(false);
  expect(there.quarantine.reasons.size).toBe(0);

  const carols = world.vote('Carol', open.proposal);
  world.decide('Carol', open.proposal, [...open.votes, late, carols], 4);
  world.key('Frank');
  world.carry(['Alice', 'Bob', 'Carol', 'Erin', 'Frank'], 'remove', ['Dave']);
  const all = must(viewFrom(addOperations(short, json(world.documents)), decision.hash));
  expect(world.members(decision)).toEqual([
    'Alice',
    'Bob',
    'Carol',
    'Erin',
    'Frank',
    'Grace',
    'Mallory',
  ]);
  expect(all.digest).toEqual(world.view(decision).digest);
  expect(all.incomplete).toBe(false);
});

test("a fork from before the snapshot still keeps Mallory's decisions in quarantine", () => {
  const { world, decision, snapshot } = lively();
  const ballot = world.gather(
    ['Mallory', 'Alice', 'Bob', 'Carol'],
    'admit',
    ['Oscar'],
    [...world.documents],
  );
  world.close('Mallory', ballot);
  const short = addOperations(opened(world, snapshot, quorum), json(world.documents));
  const there = must(viewFrom(short, decision.hash));
  expect([...there.quarantine.reasons.values()]).toEqual(['forked-author']);
  expect(there.digest).toEqual(world.view(decision).digest);
});

test('every replica takes the same snapshot, one that began with a snapshot too', () => {
  const { world, decision, snapshot } = lively();
  const backwards = addOperations(world.state([]), json(world.documents.toReversed()));
  expect(must(takeSnapshot(backwards, decision.hash)).hash).toEqual(snapshot.hash);
  const next = world.admit(['Alice', 'Bob', 'Carol', 'Dave', 'Erin'], ['Heidi']);
  const short = addOperations(opened(world, snapshot, quorum), json(world.documents));
  const again = must(takeSnapshot(short, next.hash));
  const signatures = signedBy(world, again, ['Alice', 'Bob', 'Carol', 'Dave', 'Erin']);
  const state = must(openSnapshot(again.bytes, signatures, again, world.charter));
  expect(must(viewFrom(state, next.hash)).digest).toEqual(world.view(next).digest);
});

test('half of the members, the departed, the same twice, and other devices sign no snapshot', () => {
  const { world, snapshot } = lively();
  const none = { ok: false, code: 'no-quorum' };
  const open = (signatures: readonly unknown[]) =>
    openSnapshot(snapshot.bytes, signatures, snapshot, world.charter);
  expect(open(signedBy(world, snapshot, ['Alice', 'Bob', 'Carol']))).toEqual(none);
  const twice = [
    ...signedBy(world, snapshot, ['Alice', 'Bob', 'Carol']),
    ...signedBy(world, snapshot, ['Alice']),
  ];
  expect(open(twice)).toEqual(none);
  expect(open(signedBy(world, snapshot, ['Alice', 'Bob', 'Carol', 'Oscar']))).toEqual(none);
  expect(open(signedBy(world, snapshot, quorum, 'phone'))).toEqual(none);
  const other = { ...snapshot, hash: new Uint8Array(32) };
  expect(open(signedBy(world, other, quorum))).toEqual(none);
  expect(open([7, null, ...json(world.documents)])).toEqual(none);
  expect(open(signedBy(world, snapshot, quorum)).ok).toBe(true);
});

test('a snapshot is the one that the invitation names, and one of a decision that is there', () => {
  const { world, snapshot, decision, open } = lively();
  const signatures = signedBy(world, snapshot, quorum);
  const { bytes } = snapshot;
  const wrongHash = { ...snapshot, hash: new Uint8Array(32) };
  expect(openSnapshot(bytes, signatures, wrongHash, world.charter)).toMatchObject({
    code: 'wrong-id',
  });
  const wrongDecision = { ...snapshot, decision: open.proposal.hash };
  expect(openSnapshot(bytes, signatures, wrongDecision, world.charter)).toMatchObject({
    code: 'unknown-anchor',
  });
  expect(takeSnapshot(world.state(), open.proposal.hash)).toMatchObject({ code: 'unknown-anchor' });
  const state = opened(world, snapshot, quorum);
  expect(viewFrom(state, null)).toMatchObject({ code: 'unknown-anchor' });
  expect(viewFrom(state, decision.hash).ok).toBe(true);
});

test('what refers to something that a snapshot left out waits, and the view says so', () => {
  const { world, decision, snapshot } = lively();
  const first = world.documents.find(({ type }) => type === 'vote');
  if (first === undefined) throw new TypeError('no vote');
  const odd = world.propose('Alice', 'admit', ['Zoe'], { also: [first] });
  const short = addOperations(opened(world, snapshot, quorum), json(world.documents));
  expect(short.waiting.has(nameOf(odd.hash))).toBe(true);
  expect(must(viewFrom(short, decision.hash)).incomplete).toBe(true);
});

test('bytes of a snapshot that were changed are refused, whatever they are, and nothing throws', () => {
  const { world, snapshot } = lively();
  const signatures = signedBy(world, snapshot, quorum);
  fc.assert(
    fc.property(
      fc.nat(snapshot.bytes.length - 1),
      fc.nat(255),
      fc.constantFrom(0, 1, 2),
      (at, value, how) => {
        const bytes = how === 0 ? snapshot.bytes.slice(0, at) : snapshot.bytes.slice();
        if (how > 0) bytes[at] = value;
        const claim = how === 2 ? { ...snapshot, hash: hashOfSnapshot(world, bytes) } : snapshot;
        const result = openSnapshot(bytes, signatures, claim, world.charter);
        if (result.ok) expect(bytes).toEqual(snapshot.bytes);
        else expect(refusals).toContain(result.code);
      },
    ),
    { numRuns: 300 },
  );
});
