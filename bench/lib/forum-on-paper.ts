import { chainStart, type ChainPosition, positionAfter } from '../../src/domain/document/chain.ts';
import type { SignedDocument } from '../../src/domain/document/signed.ts';
import { sealLogDocument, signForLog } from '../../src/domain/forum/author.ts';
import { foundForum } from '../../src/domain/forum/found.ts';
import { requiredVotes } from '../../src/domain/membership/charter.ts';
import { makeMemberKey, makeOperation } from '../../src/domain/membership/make.ts';
import { bytesOfName } from '../../src/domain/membership/operation.ts';
import { must } from '../../test/domain/people.ts';
import { type Member, now, type Place } from '../../test/domain/private-people.ts';

/** A private forum as its founder sees it, who is handed what the others write: nobody else reads it. */
export class ForumOnPaper {
  readonly #place: Place;
  readonly #founder: Member;
  readonly #others: Member[];
  /** Of each of the others: their last operation, and what comes after all they have written. */
  readonly #words = new Map<Member, { last: SignedDocument; position: ChainPosition }>();

  constructor(place: Place, size: number) {
    this.#place = place;
    const [founder, ...others] = Array.from({ length: size }, (_, at) =>
      place.person(`member ${at}`),
    );
    if (!founder) throw new TypeError('nobody founds it');
    this.#founder = founder;
    this.#others = others;
  }

  found(): void {
    const { space, random } = this.#place;
    const everybody = [this.#founder, ...this.#others];
    const members = everybody.map(({ onion }) => onion);
    const founded = foundForum(this.#founder.person.identity, { space, members }, random);
    this.#place.publish(founded.documents);
    this.#founder.join(founded.invitation).bringDevice();
    this.#publish(this.#others.map((member) => this.#bringsDevice(member)));
    this.#founder.epoch(this.#others);
  }

  get size(): number {
    return 1 + this.#others.length;
  }

  /** So many more: proposed by the founder, who decides, too; by the smallest majority. */
  admit(count: number): void {
    const newcomers = Array.from({ length: count }, (_, at) =>
      this.#place.person(`member ${this.size + at}`),
    );
    const quorum = requiredVotes(
      'majority',
      'admit',
      this.#founder.forum.membership.electorate.size,
    );
    const subjects = newcomers.map(({ onion }) => onion);
    const proposal = this.#founder.operate({ type: 'propose', action: 'admit', subjects });
    const own = this.#founder.operate({ type: 'vote', proposal: proposal.hash, yes: true });
    const votes = this.#others
      .slice(0, quorum - 1)
      .map((member) => this.#votes(member, proposal.hash));
    this.#publish(votes);
    const hashes = [own, ...votes].map(({ hash }) => hash);
    this.#founder.operate({ type: 'decide', proposal: proposal.hash, votes: hashes, quorum });
    this.#others.push(...newcomers);
    this.#founder.epoch(this.#others);
    this.#publish(newcomers.map((member) => this.#bringsDevice(member)));
  }

  /** Everybody offers a new key, and there is a new epoch. */
  week(): void {
    const { forum } = this.#founder;
    const offers = this.#others.map((member) => {
      const position = this.#words.get(member)?.position ?? chainStart;
      const author = { writer: member.person.writer, position, time: now };
      const content = { s: member.preKey.statement };
      return must(signForLog(forum, author, { type: 'pre-key', content }));
    });
    this.#publish(offers);
    this.#founder.offerPreKey();
    this.#founder.epoch(this.#others);
  }

  #votes(member: Member, proposal: Uint8Array): SignedDocument {
    const own = this.#words.get(member);
    if (!own) throw new TypeError('a member has a key');
    const { last } = own;
    const vote = makeOperation({
      spaceId: this.#place.space.id,
      writer: member.person.writer,
      position: own.position,
      time: now,
      own: last.hash,
      parents: [proposal],
      act: { type: 'vote', proposal, yes: true },
    });
    this.#words.set(member, { last: vote, position: positionAfter(vote) });
    return vote;
  }

  #bringsDevice(member: Member): SignedDocument {
    const { identity, device } = member.person;
    const heads = this.#founder.forum.membership.heads.map(({ name }) => bytesOfName(name));
    const key = makeMemberKey(identity, this.#place.space.id, device.signing.publicKey, heads);
    this.#words.set(member, { last: key, position: chainStart });
    return key;
  }

  #publish(documents: readonly SignedDocument[]): void {
    const { forum } = this.#founder;
    const sealed = documents.map((one) => sealLogDocument(forum, one, this.#place.random));
    this.#place.publish(sealed);
    this.#founder.read(sealed.map(({ json }) => json));
  }
}
