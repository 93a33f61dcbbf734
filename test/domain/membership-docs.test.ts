import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toHex, utf8 } from '../../src/domain/bytes.ts';
import { chainStart } from '../../src/domain/document/chain.ts';
import { signedBytesOf, type SignedDocument } from '../../src/domain/document/signed.ts';
import { identityFromRoot } from '../../src/domain/identity.ts';
import { addOperations } from '../../src/domain/membership/add.ts';
import { makeGenesis, makeMemberKey, makeOperation } from '../../src/domain/membership/make.ts';
import { emptyMembership } from '../../src/domain/membership/state.ts';
import { viewFrom } from '../../src/domain/membership/view.ts';
import { ed25519KeyPair, sha256 } from '../../src/domain/sodium.ts';
import { must } from './people.ts';

const page = readFileSync(new URL('../../docs/protocol/membership.md', import.meta.url), 'utf8');

/** Alice begins alone, and admits Bob by her own vote. */
function example(): string {
  const alice = identityFromRoot(new Uint8Array(32).fill(1));
  const bob = identityFromRoot(new Uint8Array(32).fill(2));
  const signer = ed25519KeyPair(new Uint8Array(32).fill(3));
  const spaceId = sha256(utf8('example'));
  const writer = { author: alice.publicKey, signer };
  const genesis = makeGenesis(alice, spaceId, [alice.publicKey]);
  const key = makeMemberKey(alice, spaceId, signer.publicKey, [genesis.hash]);
  const common = { spaceId, writer, parents: [genesis.hash], time: 1_700_000_000_000 };
  const propose = makeOperation({
    ...common,
    position: chainStart,
    own: key.hash,
    act: { type: 'propose', action: 'admit', subjects: [bob.publicKey] },
  });
  const vote = makeOperation({
    ...common,
    position: { seq: 1, prev: propose.hash },
    own: propose.hash,
    act: { type: 'vote', proposal: propose.hash, yes: true },
  });
  const decide = makeOperation({
    ...common,
    position: { seq: 2, prev: vote.hash },
    own: vote.hash,
    act: { type: 'decide', proposal: propose.hash, votes: [vote.hash], quorum: 1 },
  });
  const founder = alice.publicKey;
  const charter = { spaceId, founder, rule: 'majority', dormancy: false } as const;
  const documents = [genesis, key, propose, vote, decide];
  const state = addOperations(
    emptyMembership(charter),
    documents.map(({ json }) => json),
  );
  const view = must(viewFrom(state, null));
  expect(view.members.size).toBe(2);
  return [
    line('space id', spaceId),
    line('Alice', alice.publicKey),
    line('Bob', bob.publicKey),
    ...documents.flatMap(lines),
    line('digest', view.digest),
  ].join('\n');
}

function lines(document: SignedDocument): string[] {
  const { header } = must(signedBytesOf(document.json));
  return [line(`${document.type} header`, header), line(`${document.type} hash`, document.hash)];
}

function line(label: string, bytes: Uint8Array): string {
  const rows = toHex(bytes).match(/.{1,94}/g) ?? [];
  return rows.length === 1 ? `${label}: ${rows.join('')}` : [`${label}:`, ...rows].join('\n  ');
}

test('the page on membership shows its example as the code makes it', () => {
  const shown = /^```text membership\n([\s\S]*?)\n```$/m.exec(page)?.[1];
  expect(shown).toBe(example());
});
