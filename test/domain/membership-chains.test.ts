import { expect, test } from 'vitest';
import { createDeviceKeys } from '../../src/domain/keys.ts';
import { addOperations } from '../../src/domain/membership/add.ts';
import { makeGenesis, makeMemberKey, makeOperation } from '../../src/domain/membership/make.ts';
import { nameOf } from '../../src/domain/membership/operation.ts';
import { emptyMembership } from '../../src/domain/membership/state.ts';
import type { SignedDocument } from '../../src/domain/document/signed.ts';
import { sha256, type KeyPair } from '../../src/domain/sodium.ts';
import { World } from './membership-world.ts';
import { person, seeded, type Person } from './people.ts';

/** Whose device may go on from where: told with people who sign by hand what no honest device would. */

const alice = person('Alice');
const mallory = person('Mallory');
const { signing: phone } = createDeviceKeys(seeded('an uncertified phone'));
const spaceId = sha256(new Uint8Array(2));
const founder = alice.identity.publicKey;
const genesis = makeGenesis(alice.identity, spaceId, [founder, mallory.identity.publicKey]);

const keyFor = ({ identity }: Person, device: KeyPair) =>
  makeMemberKey(identity, spaceId, device.publicKey, [genesis.hash]);

/** A proposal by this person and device that goes on from this operation. */
function proposal(author: Person, signer: KeyPair, own: SignedDocument): SignedDocument {
  return makeOperation({
    spaceId,
    writer: { author: author.identity.publicKey, signer },
    position: { seq: 0, prev: null },
    own: own.hash,
    parents: [genesis.hash],
    time: 5,
    act: { type: 'propose', action: 'admit', subjects: [person('Oscar').identity.publicKey] },
  });
}

function verdict(asked: SignedDocument, ...others: readonly SignedDocument[]): string {
  const charter = { spaceId, founder, rule: 'majority', dormancy: false } as const;
  const documents = [genesis, ...others, asked].map(({ json }) => json);
  const state = addOperations(emptyMembership(charter), documents);
  const name = nameOf(asked.hash);
  return state.nodes.has(name) ? 'valid' : (state.invalid.get(name) ?? 'unknown');
}

test("a phone that Alice has not certified goes on from her laptop's key, but counts for nothing", () => {
  const laptop = keyFor(alice, alice.device.signing);
  expect(verdict(proposal(alice, alice.device.signing, laptop), laptop)).toBe('valid');
  expect(verdict(proposal(alice, phone, laptop), laptop)).toBe('uncertified-key');
});

test("Alice certifies Mallory's device as her own, but Mallory can't begin her chain there", () => {
  const borrowed = keyFor(alice, mallory.device.signing);
  const { signing } = mallory.device;
  expect(verdict(proposal(mallory, signing, borrowed), borrowed)).toBe('bad-ancestry');
  const own = keyFor(mallory, signing);
  expect(verdict(proposal(mallory, signing, own), own, borrowed)).toBe('valid');
});

test('Sam has woken, and the votes that marked Sam dormant do not mark Sam again', () => {
  const seven = ['Alice', 'Bob', 'Carol', 'Dave', 'Erin', 'Sam', 'Sue'];
  const world = new World(seven, { dormancy: true });
  const ballot = world.gather(['Alice', 'Bob', 'Carol'], 'dormant', ['Sam'], world.documents);
  expect(world.verdict(world.close('Alice', ballot))).toBe('valid');
  world.propose('Sam', 'admit', ['Zoe']);
  expect(world.verdict(world.close('Alice', ballot))).toBe('not-applicable');
});
