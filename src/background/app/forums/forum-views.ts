import { addressFromPublicKey, type OnionAddress } from '../../../domain/address.ts';
import { canSealToAll, deviceWord } from '../../../domain/forum/duty.ts';
import type { PrivateForum } from '../../../domain/forum/view.ts';
import { digitsOf } from '../../../domain/friend/safety-phrase.ts';
import { requiredVotes } from '../../../domain/membership/charter.ts';
import { standingProposals } from '../../../domain/membership/standing-proposals.ts';
import { bytesOfName, personOf, type PersonKey } from '../../../domain/membership/operation.ts';
import { mayWrite } from '../../../domain/space/charter.ts';
import type { SealedCharter } from '../../../domain/space/charter-content.ts';
import type {
  ForumListItem,
  ForumRules,
  ForumStanding,
  ForumView,
  PersonView,
  SpaceAskView,
} from '../../../protocol/page-calls/forums.ts';
import type { Context } from '../context.ts';
import type { Feed } from '../feed/feed.ts';
import type { FriendBook } from '../friends/friend-book.ts';
import type { Founding, Forums } from './forums.ts';
import { membersView, pastView } from './member-views.ts';
import { heldBackView, proposalViews } from './proposal-views.ts';
import type { SealedSpace } from './sealed-space.ts';
import type { KeptSpace } from './tending.ts';

export interface ForumViewParts {
  readonly book: FriendBook;
  readonly forums: Forums;
  readonly feed: Feed;
}

/** How a person is called where people are known by their keys. */
export type Naming = (person: PersonKey) => PersonView;

/** Sealed spaces as pages show them. */
export class ForumViews {
  readonly #context: Context;
  readonly #parts: ForumViewParts;

  constructor(context: Context, parts: ForumViewParts) {
    this.#context = context;
    this.#parts = parts;
  }

  list(): ForumListItem[] {
    const { forums } = this.#parts;
    return [
      ...forums.foundings().map((founding) => this.#founding(founding)),
      ...forums.beingAsked.joining().map(({ space }) => this.#bare(space, 'joining')),
      ...forums.all().map((kept) => this.#item(kept)),
    ].toSorted((a, b) => a.title.localeCompare(b.title));
  }

  /** Throws CodedError `not-found`. */
  one(name: string): ForumView {
    const { forums } = this.#parts;
    const waiting = this.list().find(
      ({ space, state }) => space === name && (state === 'founding' || state === 'joining'),
    );
    if (waiting) return this.#beforehand(waiting);
    const kept = forums.get(name);
    const { space } = kept;
    const { forum } = space;
    const naming: Naming = (person) => this.person(person);
    const refused: Record<string, number> = {};
    for (const code of space.refused.values()) refused[code] = (refused[code] ?? 0) + 1;
    const waitingFor = forum && this.#waitingFor(space, forum);
    return {
      ...this.#item(kept),
      founder: this.person(personOf(space.charter.owner)),
      rules: rulesOf(space.charter, forum),
      people: forum ? membersView(forum, naming) : [],
      past: forum ? pastView(forum, naming) : [],
      proposals: forum ? proposalViews(forum, space.me, naming) : [],
      asked: this.#asked(name),
      heldBack: forum ? heldBackView(forum, space.me, naming) : [],
      ...(forum ? { membershipPhrase: digitsOf(forum.membership.digest) } : {}),
      refused,
      ...(waitingFor ? { waitingFor } : {}),
    };
  }

  asks(): SpaceAskView[] {
    return this.#parts.forums.beingAsked.asks().map(({ space, record }) => {
      const { votesNeeded: _, ...rules } = rulesOf(space.charter, undefined);
      return {
        space: space.name,
        kind: space.charter.kind,
        title: space.charter.title,
        from: this.#named(record.from as OnionAddress),
        founders: record.founders.map((address) => this.#named(address as OnionAddress)),
        rules,
        time: record.time,
      };
    });
  }

  person(key: PersonKey): PersonView {
    return this.#named(addressFromPublicKey(bytesOfName(key)));
  }

  #named(address: OnionAddress): PersonView {
    const petname = this.#parts.book.find(address)?.record.petname;
    const me = address === this.#context.me.identity.address;
    return { address, ...(petname === undefined ? {} : { petname }), me };
  }

  #item({ space, memory }: KeptSpace): ForumListItem {
    const { forum, me } = space;
    const state = memory.record?.state ?? 'removed';
    const proposals = forum && space.isMember ? standingProposals(forum.membership) : [];
    const isAsked = forum?.membership.state.charter.rule !== 'owner';
    return {
      space: space.name,
      kind: space.charter.kind,
      title: space.charter.title,
      state,
      owner: 'writers' in space.charter && space.isOwner,
      mayWrite: space.write !== undefined && isReady(space),
      members: forum?.membership.members.size ?? 0,
      unread: this.#parts.feed.unread(space.name),
      toVote: proposals.filter(
        ({ yes, no, proposal: { action, subjects } }) =>
          isAsked && !yes.has(me) && !no.has(me) && (action === 'admit' || !subjects.includes(me)),
      ).length,
    };
  }

  #founding({ space }: Founding): ForumListItem {
    const agreed = this.#asked(space.name).filter(({ answer }) => answer === 'agreed').length;
    return { ...this.#bare(space, 'founding'), members: 1 + agreed };
  }

  #bare(
    { name, charter }: Founding['space'],
    state: Extract<ForumStanding, 'founding' | 'joining'>,
  ): ForumListItem {
    const { kind, title } = charter;
    const nothing = { owner: false, mayWrite: false, members: 0, unread: 0, toVote: 0 };
    return { space: name, kind, title, state, ...nothing };
  }

  #beforehand(item: ForumListItem): ForumView {
    const { forums } = this.#parts;
    const known = [...forums.foundings(), ...forums.beingAsked.joining()];
    const charter = known.find(({ space }) => space.name === item.space)?.space.charter;
    if (!charter) throw new TypeError('what is listed has a charter');
    return {
      ...item,
      founder: this.person(personOf(charter.owner)),
      rules: rulesOf(charter, undefined),
      people: [],
      past: [],
      proposals: [],
      asked: this.#asked(item.space),
      heldBack: [],
      refused: {},
    };
  }

  #asked(space: string): ForumView['asked'] {
    return this.#parts.forums.asking
      .of(space)
      .filter(({ record }) => !record.invited)
      .map(({ address, record: { time, answer } }) => ({ ...this.#named(address), time, answer }));
  }

  #waitingFor(space: SealedSpace, forum: PrivateForum): ForumView['waitingFor'] {
    if (!space.isMember || !mayWrite(space.charter, space.isOwner)) return undefined;
    if (deviceWord(forum, space.writer) === undefined) return 'own-key';
    if (forum.epoch) return undefined;
    const told = new Set(this.#parts.forums.asking.told(space.name).keys());
    return canSealToAll(forum, { told }) ? 'somebody-to-renew-keys' : 'keys-of-members';
  }
}

/** Our device is in the log, and there is a key for the members of now. */
function isReady({ forum, writer }: SealedSpace): boolean {
  return forum?.epoch !== undefined && deviceWord(forum, writer) !== undefined;
}

function rulesOf(charter: SealedCharter, forum: PrivateForum | undefined): ForumRules {
  const rule = 'rule' in charter ? charter.rule : 'owner';
  const count = forum?.membership.electorate.size ?? 0;
  return {
    rule,
    mode: charter.mode,
    dormancy: 'dormancy' in charter && charter.dormancy,
    writers: 'writers' in charter ? charter.writers : 'members',
    votesNeeded: requiredVotes(rule, 'admit', count),
  };
}
