import { chainStart, positionAfter, type ChainPosition } from '../../src/domain/document/chain.ts';
import type { GatedDocument } from '../../src/domain/document/gated.ts';
import { unwrapGated } from '../../src/domain/document/gated.ts';
import type { SignedDocument } from '../../src/domain/document/signed.ts';
import { addToForum } from '../../src/domain/forum/add.ts';
import { sealLogDocument, signForLog, type Author } from '../../src/domain/forum/author.ts';
import { sayFarewell } from '../../src/domain/forum/farewell.ts';
import { foundForum, inviteTo } from '../../src/domain/forum/found.ts';
import { issueEpoch } from '../../src/domain/forum/issue-epoch.ts';
import { openSealedBody } from '../../src/domain/forum/sealed-body.ts';
import { joinForum, type ForumState } from '../../src/domain/forum/state.ts';
import { viewForum, type PrivateForum } from '../../src/domain/forum/view.ts';
import { writeInForum } from '../../src/domain/forum/write.ts';
import {
  makeForumPreKey,
  openForumPreKey,
  type ForumPreKey,
} from '../../src/domain/forum-keys/pre-key.ts';
import type { Saying } from '../../src/domain/types/saying.ts';
import { requiredVotes, type Action } from '../../src/domain/membership/charter.ts';
import { makeMemberKey, makeOperation, type Act } from '../../src/domain/membership/make.ts';
import { bytesOfName, personOf } from '../../src/domain/membership/operation.ts';
import { isSealedCharter, type Plan } from '../../src/domain/space/charter-content.ts';
import { newSpace } from '../../src/domain/space/charter.ts';
import type { ShownPost } from '../../src/domain/space/discussion.ts';
import type { Invitation } from '../../src/domain/space/invitation.ts';
import type { Random } from '../../src/domain/sodium.ts';
import { must, person, seeded, type Person } from './people.ts';

export const now = 1_700_000_000_000;

/** The sealed space's database, as any host of it holds it. */
export class Place {
  readonly space: ForumState['space'];
  readonly documents: unknown[] = [];
  readonly random: Random;

  constructor(plan: Plan, seed = 'private forum') {
    this.random = seeded(seed);
    const space = must(newSpace(plan, this.random));
    if (!isSealedCharter(space.charter)) throw new Error('not sealed');
    this.space = { ...space, charter: space.charter };
  }

  publish(documents: readonly GatedDocument[]): void {
    this.documents.push(...documents.map(({ json }) => json));
  }

  person(name: string): Member {
    return new Member(person(name), this);
  }
}

/** A member (or who would be one) with one device. */
export class Member {
  readonly person: Person;
  readonly place: Place;
  readonly preKey: ForumPreKey;
  state: ForumState | undefined;
  #position: ChainPosition = chainStart;
  #own: SignedDocument | undefined;
  #time = now;

  constructor(who: Person, place: Place) {
    this.person = who;
    this.place = place;
    const { publicKey: owner } = who.identity;
    const making = { spaceId: place.space.id, owner, signer: who.device.signing, now };
    this.preKey = makeForumPreKey(making, place.random);
  }

  get onion(): Uint8Array {
    return this.person.identity.publicKey;
  }

  /** What they tell whoever invites them. */
  get offer() {
    const { signing } = this.person.device;
    const speaker = { publicKey: this.onion, device: signing.publicKey };
    return must(openForumPreKey(this.preKey.statement, speaker, this.place.space.id));
  }

  join(invitation: Invitation): this {
    this.state = must(joinForum(invitation, { me: this.onion, preKeys: [this.preKey] }));
    return this.read();
  }

  read(documents: readonly unknown[] = this.place.documents): this {
    if (this.state === undefined) throw new Error(`${this.person.name} has not joined`);
    this.state = addToForum(this.state, documents);
    return this;
  }

  get forum(): PrivateForum {
    if (this.state === undefined) throw new Error(`${this.person.name} has not joined`);
    return must(viewForum(this.state));
  }

  get author(): Author {
    this.#time += 1_000;
    return { writer: this.person.writer, position: this.#position, time: this.#time };
  }

  /** Founds the place with these people, who have all brought in their devices, and makes an epoch. */
  found(others: readonly Member[]): this {
    const { random, space } = this.place;
    const members = [this, ...others].map(({ onion }) => onion);
    const founded = foundForum(this.person.identity, { space, members }, random);
    this.place.publish(founded.documents);
    this.join(founded.invitation).bringDevice();
    for (const other of others) other.join(founded.invitation).bringDevice();
    this.read().epoch(others);
    for (const other of others) other.read();
    return this.read();
  }

  invitation(): Invitation {
    return inviteTo(this.forum);
  }

  bringDevice(): SignedDocument {
    const { identity, device } = this.person;
    const heads = this.forum.membership.heads.map(({ name }) => bytesOfName(name));
    const { publicKey } = device.signing;
    const key = makeMemberKey(identity, this.place.space.id, publicKey, heads);
    this.#own = key;
    this.publishInLog(key);
    return key;
  }

  operate(act: Act): SignedDocument {
    if (this.#own === undefined) throw new Error('no device');
    const operation = makeOperation({
      spaceId: this.place.space.id,
      ...this.author,
      own: this.#own.hash,
      parents: this.forum.membership.heads.map(({ name }) => bytesOfName(name)),
      act,
    });
    this.#own = operation;
    this.#position = positionAfter(operation);
    this.publishInLog(operation);
    return operation;
  }

  /** Proposes, gathers the votes of these people, and decides. */
  carry(action: Action, subject: Member, voters: readonly Member[]): SignedDocument {
    const proposal = this.operate({ type: 'propose', action, subjects: [subject.onion] });
    const { rule } = this.forum.membership.state.charter;
    const asked = rule === 'owner' ? [] : [this, ...voters];
    const votes = asked.map((voter) =>
      voter.read().operate({ type: 'vote', proposal: proposal.hash, yes: true }),
    );
    const quorum = requiredVotes(rule, action, this.forum.membership.electorate.size);
    this.read();
    return this.operate({
      type: 'decide',
      proposal: proposal.hash,
      votes: votes.map(({ hash }) => hash),
      quorum,
    });
  }

  /** Lets somebody in, and makes the epoch that they read from on. */
  admit(newcomer: Member, voters: readonly Member[] = []): this {
    this.carry('admit', newcomer, voters);
    this.epoch([newcomer]);
    newcomer.join(this.invitation()).bringDevice();
    newcomer.offerPreKey();
    return this.read();
  }

  epoch(told: readonly Member[] = []): SignedDocument {
    const offers = new Map([this, ...told].map((one) => [personOf(one.onion), one.offer] as const));
    const issued = must(
      issueEpoch(this.forum, this.author, { told: offers, random: this.place.random }),
    );
    this.#position = positionAfter(issued.signed);
    this.place.publish(issued.documents);
    this.read();
    return issued.signed;
  }

  /** Decides that somebody is out, says what was seen of them, and makes the next epoch. */
  remove(member: Member, voters: readonly Member[]): this {
    const decision = this.carry('remove', member, voters);
    const removal = { decision: decision.hash, removed: [member.onion] };
    const farewell = sayFarewell(this.forum, this.author, removal);
    if (farewell.ok) {
      this.#position = positionAfter(farewell.value);
      this.publishInLog(farewell.value);
    }
    this.epoch();
    return this;
  }

  offerPreKey(): SignedDocument {
    return this.tell('pre-key', { s: this.preKey.statement });
  }

  complain(epoch: Uint8Array): SignedDocument {
    return this.tell('complaint', { e: epoch });
  }

  tell(type: 'pre-key' | 'complaint', content: { readonly [key: string]: Uint8Array }) {
    const signed = must(signForLog(this.forum, this.author, { type, content }));
    this.#position = positionAfter(signed);
    this.publishInLog(signed);
    return signed;
  }

  publishInLog(document: SignedDocument): void {
    const sealed = sealLogDocument(this.forum, document, this.place.random);
    this.place.publish([sealed]);
    this.read([sealed.json]);
  }

  say(saying: Saying): SignedDocument {
    const written = must(writeInForum(this.forum, this.author, saying, this.place.random));
    this.state = written.state;
    this.#position = positionAfter(written.signed);
    this.place.publish(written.documents);
    return written.signed;
  }

  post(text: string, ...answers: readonly SignedDocument[]): SignedDocument {
    return this.say({ what: 'post', text, answers: answers.map(({ hash }) => hash) });
  }

  /** What each post says, by the documents of the place; `undefined` for those that are taken back. */
  texts(documents: readonly unknown[] = this.place.documents): (string | undefined)[] {
    const { forum } = this;
    const texts = [...forum.posts.values()].map((post) => textOf(post, forum, documents));
    return texts.toSorted((a, b) => ((a ?? '~') < (b ?? '~') ? -1 : 1));
  }
}

function textOf(
  { wording }: ShownPost,
  { state }: PrivateForum,
  documents: readonly unknown[],
): string | undefined {
  const place = wording === undefined ? undefined : state.bodies.get(wording.of);
  if (wording === undefined || place === undefined) return undefined;
  for (const json of documents) {
    const gated = unwrapGated(json, state.space.id);
    if (!gated.ok) continue;
    const opening = { spaceId: state.space.id, place, bodyHash: wording.hash };
    const body = openSealedBody(json, opening);
    if (body.ok) return body.value.text;
  }
  return '…';
}
