import { ed25519KeyPair, sha256, type KeyPair } from '../../src/domain/sodium.ts';
import { utf8 } from '../../src/domain/bytes.ts';
import type { SignedDocument } from '../../src/domain/document/signed.ts';
import { identityFromRoot, type Identity } from '../../src/domain/identity.ts';
import { requiredVotes, type MembershipCharter } from '../../src/domain/membership/charter.ts';
import {
  makeGenesis,
  makeMemberKey,
  makeOperation,
  type Act,
} from '../../src/domain/membership/make.ts';

interface Member {
  readonly identity: Identity;
  readonly device: KeyPair;
  own: SignedDocument | undefined;
  seq: number;
}

/** A forum's log as it grows: `size` members, admitted so many at a time, each time by the smallest majority. */
export class GrowingForum {
  readonly charter: MembershipCharter;
  readonly documents: SignedDocument[] = [];
  readonly members: Member[] = [];
  last: SignedDocument;
  votes = 0;

  constructor() {
    const founder = newMember(0);
    this.charter = {
      spaceId: sha256(utf8('a growing forum')),
      founder: founder.identity.publicKey,
      rule: 'majority',
      dormancy: false,
    };
    this.last = this.#add(
      makeGenesis(founder.identity, this.charter.spaceId, [founder.identity.publicKey]),
    );
    this.#join(founder);
  }

  /** Admits this many more. */
  grow(count: number): SignedDocument {
    const newcomers = Array.from({ length: count }, (_, index) =>
      newMember(this.members.length + index),
    );
    const [first] = this.members;
    if (first === undefined) throw new TypeError('a forum has a founder');
    const subjects = newcomers.map(({ identity }) => identity.publicKey);
    const proposal = this.write(first, { type: 'propose', action: 'admit', subjects });
    const quorum = requiredVotes('majority', 'admit', this.members.length);
    const votes = this.members
      .slice(0, quorum)
      .map((voter) => this.write(voter, { type: 'vote', proposal: proposal.hash, yes: true }).hash);
    this.votes += quorum;
    this.last = this.write(first, { type: 'decide', proposal: proposal.hash, votes, quorum });
    for (const newcomer of newcomers) this.#join(newcomer);
    return this.last;
  }

  write(member: Member, act: Act): SignedDocument {
    const made = this.make(member, act);
    member.own = made;
    member.seq += 1;
    return this.#add(made);
  }

  /** Signed, but neither kept nor followed. */
  make(member: Member, act: Act): SignedDocument {
    const { identity, device, own, seq } = member;
    if (own === undefined) throw new TypeError('a member has a key');
    const position = seq === 0 ? { seq, prev: null } : { seq, prev: own.hash };
    return makeOperation({
      spaceId: this.charter.spaceId,
      writer: { author: identity.publicKey, signer: device },
      position,
      own: own.hash,
      parents: [this.last.hash],
      time: 1_700_000_000_000,
      act,
    });
  }

  #join(member: Member): void {
    const { identity, device } = member;
    const parents = [this.last.hash];
    member.own = this.#add(
      makeMemberKey(identity, this.charter.spaceId, device.publicKey, parents),
    );
    this.members.push(member);
  }

  #add(document: SignedDocument): SignedDocument {
    this.documents.push(document);
    return document;
  }
}

function newMember(index: number): Member {
  const identity = identityFromRoot(sha256(utf8(`forum member ${String(index)}`)));
  const device = ed25519KeyPair(sha256(utf8(`forum device ${String(index)}`)));
  return { identity, device, own: undefined, seq: 0 };
}
