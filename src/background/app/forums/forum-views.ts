import { addressFromPublicKey, type OnionAddress } from '../../../domain/address.ts';
import { canSealToAll, deviceWord } from '../../../domain/forum/duty.ts';
import { digitsOf } from '../../../domain/friend/safety-phrase.ts';
import { standingProposals } from '../../../domain/membership/standing-proposals.ts';
import { mayWrite } from '../../../domain/space/charter.ts';
import type { Assembly } from '../../../domain/space/assembly.ts';
import { formatSpaceLink } from '../../../domain/space/link.ts';
import type {
  ForumListItem,
  ForumStanding,
  ForumView,
  PersonView,
  SpaceAskView,
} from '../../../protocol/page-calls/forums.ts';
import type { Context } from '../context.ts';
import type { Feed } from '../feed/feed.ts';
import type { FriendBook } from '../friends/friend-book.ts';
import type { Founding } from './foundings.ts';
import type { Forums } from './forums.ts';
import { membersView, pastView } from './member-views.ts';
import { heldBackView, proposalViews } from './proposal-views.ts';
import type { KeptSpace, MemberSpace } from './member-space.ts';
import { named, namingOf } from './naming.ts';
import { rulesView } from './rules-view.ts';
import { SealedSpace } from './sealed-space.ts';

export interface ForumViewParts {
  readonly book: FriendBook;
  readonly forums: Forums;
  readonly feed: Feed;
}

/** Spaces with members as pages show them. */
export class ForumViews {
  readonly #context: Context;
  readonly #parts: ForumViewParts;

  constructor(context: Context, parts: ForumViewParts) {
    this.#context = context;
    this.#parts = parts;
  }

  get #who() {
    return { me: this.#context.me.identity.address, book: this.#parts.book };
  }

  list(): ForumListItem[] {
    const { forums } = this.#parts;
    return [
      ...forums.foundings.all().map((founding) => this.#founding(founding)),
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
    const { assembly: forum } = space;
    const naming = namingOf(this.#who);
    const refused: Record<string, number> = {};
    for (const code of space.refused.values()) refused[code] = (refused[code] ?? 0) + 1;
    const waitingFor = forum && this.#waitingFor(space, forum);
    const { me: host } = this.#who;
    return {
      ...this.#item(kept),
      founder: this.#named(addressFromPublicKey(space.charter.owner)),
      rules: rulesView(space.charter, forum),
      people: forum ? membersView(forum, naming) : [],
      past: forum ? pastView(forum, naming) : [],
      proposals: forum ? proposalViews(forum, space.me, naming) : [],
      asked: this.#asked(name),
      heldBack: forum ? heldBackView(forum, space.me, naming) : [],
      ...(forum ? { membershipPhrase: digitsOf(forum.membership.digest) } : {}),
      refused,
      ...(space.kind === 'project-blog'
        ? { link: formatSpaceLink({ host, space: space.name }) }
        : {}),
      ...(waitingFor ? { waitingFor } : {}),
    };
  }

  asks(): SpaceAskView[] {
    return this.#parts.forums.beingAsked.asks().map(({ space, record }) => {
      const { votesNeeded: _, ...rules } = rulesView(space.charter, undefined);
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

  #named(address: OnionAddress): PersonView {
    return named(address, this.#who);
  }

  #item({ space, memory }: KeptSpace): ForumListItem {
    const { assembly: forum, me } = space;
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
      mentions: this.#parts.feed.unreadMentions(space.name),
      muted: this.#parts.feed.isMuted(space.name),
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
    const nothing = {
      owner: false,
      mayWrite: false,
      members: 0,
      unread: 0,
      muted: false,
      toVote: 0,
    };
    return { space: name, kind, title, state, ...nothing };
  }

  #beforehand(item: ForumListItem): ForumView {
    const { forums } = this.#parts;
    const known = [...forums.foundings.all(), ...forums.beingAsked.joining()];
    const charter = known.find(({ space }) => space.name === item.space)?.space.charter;
    if (!charter) throw new TypeError('what is listed has a charter');
    return {
      ...item,
      founder: this.#named(addressFromPublicKey(charter.owner)),
      rules: rulesView(charter, undefined),
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

  #waitingFor(space: MemberSpace, forum: Assembly): ForumView['waitingFor'] {
    if (!space.isMember || !mayWrite(space.charter, space.isOwner)) return undefined;
    if (deviceWord(forum, space.writer) === undefined) return 'own-key';
    const sealed = space instanceof SealedSpace ? space.assembly : undefined;
    if (!sealed || sealed.epoch) return undefined;
    const told = new Set(this.#parts.forums.asking.told(space.name).keys());
    return canSealToAll(sealed, { told }) ? 'somebody-to-renew-keys' : 'keys-of-members';
  }
}

/** Our device is in the log, and there is a key for the members of now. */
function isReady(space: MemberSpace): boolean {
  const { assembly, writer } = space;
  if (!assembly || deviceWord(assembly, writer) === undefined) return false;
  return !(space instanceof SealedSpace) || space.assembly?.epoch !== undefined;
}
