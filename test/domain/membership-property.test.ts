import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SignedDocument } from '../../src/domain/document/signed.ts';
import { addOperations } from '../../src/domain/membership/add.ts';
import { requiredVotes } from '../../src/domain/membership/charter.ts';
import { effectsAfter } from '../../src/domain/membership/node.ts';
import { membershipIn } from '../../src/domain/membership/evaluate.ts';
import { personOf } from '../../src/domain/membership/operation.ts';
import { emptyMembership, type MembershipState } from '../../src/domain/membership/state.ts';
import { viewFrom } from '../../src/domain/membership/view.ts';
import { must } from './people.ts';
import { keyOf, namesOf, World } from './membership-world.ts';

const founders = ['Alice', 'Bob', 'Carol', 'Dave', 'Erin'];
const outsiders = ['Oscar', 'Peggy', 'Mallory'];
const people = [...founders, ...outsiders];

/** One thing somebody does, having seen so much; numbers choose among what there is. */
interface Step {
  readonly who: number;
  readonly what: 'ballot' | 'close' | 'vote' | 'leave' | 'accept' | 'key';
  readonly action: 'admit' | 'remove' | 'dormant';
  readonly subject: number;
  readonly voters: readonly number[];
  readonly seen: number;
  readonly fork: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.nat(people.length - 1),
  what: fc.constantFrom('ballot', 'ballot', 'close', 'close', 'vote', 'leave', 'accept', 'key'),
  action: fc.constantFrom('admit', 'admit', 'remove', 'remove', 'dormant'),
  subject: fc.nat(people.length - 1),
  voters: fc.uniqueArray(fc.nat(people.length - 1), { minLength: 2, maxLength: 6 }),
  // A share of what there is: often all, often an old past, so that much happens at the same time.
  seen: fc.constantFrom(1, 1, 0.6, 0.4),
  fork: fc.nat(9).map((chance) => chance === 0),
});

const options = fc.record({
  rule: fc.constantFrom('majority' as const, 'two-thirds' as const),
  dormancy: fc.boolean(),
});

type Ballot = ReturnType<World['gather']>;

function play(world: World, steps: readonly Step[], actors = people): World {
  const ballots: Ballot[] = [];
  const name = (index: number) => actors[index % actors.length] ?? 'Alice';
  for (const { who, what, action, subject, voters, seen: share, fork } of steps) {
    const seen = world.documents.slice(0, Math.ceil(world.documents.length * share));
    const about = people[subject] ?? 'Oscar';
    const ballot = ballots[subject % Math.max(1, ballots.length)];
    const decided = world.documents.filter(({ type }) => type === 'decide');
    if (what === 'ballot') {
      ballots.push(world.gather(voters.map(name), action, [about], seen, { fork }));
    } else if (what === 'close' && ballot !== undefined) {
      world.close(name(who), ballot, { seen, fork });
    } else if (what === 'vote' && ballot !== undefined) {
      world.vote(name(who), ballot.proposal, subject % 2 === 0, { seen, fork });
    } else if (what === 'leave' && who % 3 === 0) world.leave(name(who), { seen });
    else if (what === 'key') world.key(name(who), { seen });
    else if (what === 'accept') {
      const decision = decided[subject % Math.max(1, decided.length)];
      if (decision !== undefined) world.accept(name(who), decision, { seen });
    }
  }
  return world;
}

/**
 * Directed at what plain chance hardly reaches: two ballots gathered by all, and then decided beside each other or one
 * after the other, with a back-dated second decision or a fork at will.
 */
const directed = fc
  .record({
    options,
    first: fc.constantFrom('admit' as const, 'remove' as const),
    second: fc.constantFrom('admit' as const, 'remove' as const),
    subjects: fc.tuple(fc.nat(people.length - 1), fc.nat(people.length - 1)),
    apart: fc.boolean(),
    twice: fc.boolean(),
    fork: fc.boolean(),
    after: fc.array(step, { maxLength: 4 }),
  })
  .map(({ options: chosen, first, second, subjects, apart, twice, fork, after }) => {
    const world = new World(founders, chosen);
    const start = [...world.documents];
    const one = world.gather(founders, first, [people[subjects[0]] ?? 'Oscar'], start);
    const two = world.gather(founders, second, [people[subjects[1]] ?? 'Peggy'], start);
    const voted = [...world.documents];
    world.close('Alice', one, { seen: voted });
    world.close(fork ? 'Alice' : 'Bob', two, {
      seen: apart || fork ? voted : [...world.documents],
      fork,
    });
    if (twice) world.close('Carol', one, { seen: voted });
    return play(world, after);
  });

const random = fc
  .record({ options, steps: fc.array(step, { minLength: 3, maxLength: 9 }) })
  .map(({ options: chosen, steps }) => play(new World(founders, chosen), steps));

const worlds = fc.oneof(directed, random);
const runs = { numRuns: 40 };

const json = (documents: readonly SignedDocument[]) => documents.map((document) => document.json);

/** What a state says, so that two states can be compared. */
function told(state: MembershipState, anchor: Uint8Array | null) {
  const sorted = (names: Iterable<string>) => [...names].toSorted();
  const view = viewFrom(state, anchor);
  return {
    valid: sorted(state.nodes.keys()),
    waiting: sorted(state.waiting.keys()),
    invalid: sorted([...state.invalid].map(([name, code]) => `${name} ${code}`)),
    view: view.ok
      ? {
          digest: view.value.digest,
          electorate: namesOf(view.value.electorate),
          reasons: sorted([...view.value.quarantine.reasons].map(([{ name }, why]) => name + why)),
          final: view.value.final.name,
          heads: sorted(view.value.heads.map(({ name }) => name)),
        }
      : view.code,
  };
}

test('any order, any portions, anything twice: the same set and the same anchor, the same result', () => {
  fc.assert(
    fc.property(worlds, fc.infiniteStream(fc.nat()), fc.nat(), (world, numbers, at) => {
      const all = json(world.documents);
      const decisions = world.documents.filter(({ type }) => type === 'decide');
      const anchor = decisions[at % Math.max(1, decisions.length)]?.hash ?? null;
      const order = new Map(all.map((document) => [document, numbers.next().value]));
      const shuffled = all.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
      const cut = at % all.length;
      let state = addOperations(emptyMembership(world.charter), shuffled.slice(0, cut));
      for (const document of shuffled.slice(cut)) state = addOperations(state, [document]);
      state = addOperations(state, shuffled.slice(0, 5));
      const expected = addOperations(emptyMembership(world.charter), all);
      expect(told(state, anchor)).toEqual(told(expected, anchor));
      expect(told(state, null)).toEqual(told(expected, null));
    }),
    runs,
  );
});

test('a verdict never flips, whatever comes later, and is the same for the past alone', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      let state = emptyMembership(world.charter);
      const verdicts = new Map<SignedDocument, string>();
      for (const document of world.documents) {
        state = addOperations(state, [document.json]);
        verdicts.set(document, verdictIn(state, document));
      }
      for (const [document, verdict] of verdicts) {
        expect(verdictIn(state, document)).toBe(verdict);
        expect(world.verdict(document, world.past([document]))).toBe(verdict);
      }
    }),
    { numRuns: 15 },
  );
});

function verdictIn(state: MembershipState, document: SignedDocument): string {
  const node = [...state.nodes.values()].find(({ name }) => name === nameIn(document));
  if (node !== undefined) return 'valid';
  return (
    [...state.invalid].find(([name]) => name === nameIn(document))?.[1] ??
    ([...state.waiting.keys()].some((name) => name === nameIn(document)) ? 'waiting' : 'unknown')
  );
}

function nameIn({ hash }: SignedDocument): string {
  return personOf(hash);
}

test('nobody enters or goes without the votes that its own past asks for, each by a member of that past', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      for (const node of world.state().nodes.values()) {
        if (node.kind !== 'decide') continue;
        const { members } = membershipIn(effectsAfter(node.causes));
        const { action, subjects } = node.proposal;
        const voters = new Set(node.votes.map(({ author }) => author));
        if (!world.charter.dormancy) {
          expect(node.quorum).toBe(requiredVotes(world.charter.rule, action, members.size));
        }
        expect(voters.size).toBeGreaterThanOrEqual(node.quorum);
        for (const vote of node.votes) {
          expect(members.has(vote.author) && vote.yes && vote.proposal === node.proposal).toBe(
            true,
          );
          expect(action !== 'admit' && subjects.includes(vote.author)).toBe(false);
        }
      }
    }),
    runs,
  );
});

test('who is out for good changes nothing any more, not even by what they sign as of yesterday', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 8 }), (steps) => {
      const world = new World([...founders, 'Mallory']);
      world.carry(founders, 'remove', ['Mallory']);
      const before = world.members();
      play(world, steps, ['Mallory']);
      expect(world.members()).toEqual(before);
    }),
    runs,
  );
});

test('a coalition of half or less changes nothing but its own leaving', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 3, maxLength: 9 }),
      fc.constantFrom('majority' as const, 'two-thirds' as const),
      fc.boolean(),
      (steps, rule, dormancy) => {
        const coalition = ['Mallory', 'Oscar', 'Peggy'];
        const honest = ['Alice', 'Bob', 'Carol'];
        const world = new World([...honest, ...coalition], { rule, dormancy });
        const odd = steps.map((one, index) => ({ ...one, fork: index % 3 === 2 }));
        play(world, odd, coalition);
        const members = world.members();
        expect(members).toEqual(expect.arrayContaining(honest));
        expect([...honest, ...coalition]).toEqual(expect.arrayContaining(members));
        expect(namesOf(world.view().electorate)).toEqual(expect.arrayContaining(honest));
      },
    ),
    runs,
  );
});

test('moving the anchor to what is final changes nobody', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4), { minLength: 4, maxLength: 7 }), (skips) => {
      const world = new World(founders);
      for (const [index, skip] of skips.entries()) {
        const voters = founders.filter((_, at) => at !== skip);
        const name = `Guest ${String(index)}`;
        const isThere = world.members().includes(name);
        world.carry([...voters], isThere ? 'remove' : 'admit', [name]);
      }
      const before = world.view();
      const final = world.documents.find((document) => nameIn(document) === before.final.name);
      const after = world.view(final ?? null);
      expect(namesOf(after.members)).toEqual(namesOf(before.members));
      expect(after.final.name).toBe(before.final.name);
    }),
    { numRuns: 10 },
  );
});

test('whatever comes from outside, nothing throws, and what is good counts all the same', () => {
  const world = new World(founders);
  world.carry(founders.slice(0, 3), 'admit', ['Oscar']);
  const good = json(world.documents);
  const expected = must(viewFrom(world.state(), null)).digest;
  const changed = fc
    .tuple(
      fc.constantFrom(...good),
      fc.constantFrom('_id', '_rev', 'v', 'd', 's', 'x'),
      fc.anything(),
    )
    .map(([document, field, value]) => ({ ...document, [field]: value }));
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.anything(), changed), { maxLength: 8 }), (rubbish) => {
      const state = addOperations(emptyMembership(world.charter), [...rubbish, ...good]);
      expect(must(viewFrom(state, null)).digest).toEqual(expected);
    }),
    { numRuns: 60 },
  );
  expect(keyOf('Alice')).toHaveLength(32);
});
