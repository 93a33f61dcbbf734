import * as v from 'valibot';
import type { Code } from '../codes.ts';
import { hash32Field, onionAddressField, spaceNameField, titleField } from '../fields.ts';
import { limits } from '../limits.ts';
import { noArguments } from './arguments.ts';
import type { SpaceKind } from './feed.ts';

const spaceArgument = v.strictObject({ space: spaceNameField });
const peopleField = v.pipe(v.array(onionAddressField), v.maxLength(limits.peopleAtOnce));
const somebodyField = v.pipe(peopleField, v.minLength(1));
/** Newcomers may read what was written before (`history`), or not: then keys are destroyed as they are used. */
const modeField = v.picklist(['history', 'ephemeral']);

/**
 * Spaces with members: forums and blogs whose members admit and remove by vote, and circles where the owner does. Who
 * is named by an address must be a friend of ours, except in `proposeMembers` to remove.
 */
export const forumCalls = {
  forums: noArguments,
  forum: spaceArgument,

  /**
   * Asks these friends to found a forum with us. It begins by itself when all have said yes. The founder's
   * answer is the forum's name; until it begins, it is in `forums` with `state: 'founding'`.
   */
  foundForum: v.strictObject({
    kind: v.picklist(['private-forum', 'restricted-blog']),
    title: titleField,
    rule: v.picklist(['majority', 'two-thirds']),
    mode: modeField,
    /** Whether a third may mark long-silent members as sleeping. */
    dormancy: v.boolean(),
    founders: somebodyField,
  }),
  /** The same for a blog that anybody may read: its authors are its members, and nothing in it is sealed. */
  foundProjectBlog: v.strictObject({
    title: titleField,
    rule: v.picklist(['majority', 'two-thirds']),
    dormancy: v.boolean(),
    founders: somebodyField,
  }),
  /** Begins a forum that is being founded with those who have said yes until now. */
  beginForum: spaceArgument,
  /** Gives up founding it, or drops one that we are no longer in with all that we keep of it. */
  dropForum: spaceArgument,
  /** A circle of ours; each of these friends is asked, and is in as soon as they say yes. */
  foundCircle: v.strictObject({
    kind: v.picklist(['friends-feed', 'private-blog', 'list']),
    title: titleField,
    writers: v.picklist(['owner', 'members']),
    mode: modeField,
    members: peopleField,
  }),

  /** What others ask us to join. */
  spaceAsks: noArguments,
  answerSpaceAsk: v.strictObject({ space: spaceNameField, yes: v.boolean() }),

  /**
   * In a forum: puts it to the vote, and votes yes. To admit, the friend is asked first whether they want to, and
   * the proposal is made when they have said yes. In a circle of ours it is the decision.
   */
  proposeMembers: v.strictObject({
    space: spaceNameField,
    action: v.picklist(['admit', 'remove', 'dormant']),
    people: somebodyField,
  }),
  /** May be said again, the other way round, until it is decided. */
  voteOnProposal: v.strictObject({
    space: spaceNameField,
    proposal: hash32Field,
    yes: v.boolean(),
  }),
  /** We say that a decision which is held back for reasons of safety is genuine. */
  acceptDecision: v.strictObject({ space: spaceNameField, decision: hash32Field }),
  leaveForum: spaceArgument,
} as const;

export interface ForumResults {
  forums: ForumListItem[];
  forum: ForumView;
  foundForum: { space: string };
  foundProjectBlog: { space: string };
  beginForum: null;
  dropForum: null;
  foundCircle: { space: string };
  spaceAsks: SpaceAskView[];
  answerSpaceAsk: null;
  proposeMembers: null;
  voteOnProposal: null;
  acceptDecision: null;
  leaveForum: null;
}

/** The kinds of spaces that have members; the authors of a project blog are its members. */
export type MemberKind = Exclude<SpaceKind, 'blog' | 'public-forum'>;

/**
 * - `founding`: we have asked friends to found it with us, and it hasn't begun.
 * - `joining`: we have said yes, and wait to be let in.
 * - `catching-up`: we are in, and its beginning isn't here yet.
 * - `member`: we belong to it. `left`, `removed`: no longer; what we had of it stays until it is dropped.
 */
export type ForumStanding = 'founding' | 'joining' | 'catching-up' | 'member' | 'left' | 'removed';

export interface ForumListItem {
  space: string;
  kind: MemberKind;
  title: string;
  state: ForumStanding;
  /** Where the owner admits: that is we. */
  owner: boolean;
  mayWrite: boolean;
  members: number;
  unread: number;
  /** Of the unread posts, those that speak of us. */
  mentions?: number;
  muted: boolean;
  /** Proposals that wait for our vote. */
  toVote: number;
}

/** Somebody in a forum, as we call them. */
export interface PersonView {
  address: string;
  /** The petname; absent for who is no friend. */
  petname?: string;
  me: boolean;
}

export interface ForumView extends ForumListItem {
  /** Who founded it; where the owner admits, the owner. */
  founder: PersonView;
  rules: ForumRules;
  people: MemberView[];
  past: PastMemberView[];
  proposals: ProposalView[];
  /** Friends who were asked to join, and where that stands. */
  asked: AskedView[];
  /** Decisions that have no effect here, until most members say they are genuine. */
  heldBack: HeldBackView[];
  /**
   * Who belongs, in six groups of digits: who compares these with another member, and finds others, sees
   * another membership than they do. Absent while the forum's beginning isn't here.
   */
  membershipPhrase?: string;
  /** Documents that were refused here, counted by reason; reasons are the domain's words, for diagnostics. */
  refused: Record<string, number>;
  /** For giving to others; only of what is public. */
  link?: string;
  /** What we are waiting for before we can write: somebody's key, or the new key after a change. */
  waitingFor?: 'own-key' | 'keys-of-members' | 'somebody-to-renew-keys';
}

export interface ForumRules {
  rule: 'majority' | 'two-thirds' | 'owner';
  /** `public`: anybody may read it. */
  mode: 'history' | 'ephemeral' | 'public';
  dormancy: boolean;
  writers: 'members' | 'owner';
  /** The yes votes that admitting or removing somebody takes now. */
  votesNeeded: number;
}

export interface MemberView extends PersonView {
  /** The devices they write with here: Ed25519 keys, hex in groups of four. */
  devices: string[];
  sleeping: boolean;
  /** How they got in; more than one if they were let in side by side, or came back. */
  admissions: AdmissionView[];
}

export type AdmissionView =
  | { how: 'founder'; by: PersonView; time: number }
  | {
      how: 'vote';
      proposedBy: PersonView;
      decidedBy: PersonView;
      /** The yes votes that the decision counted. */
      votes: PersonView[];
      needed: number;
      /** As whoever decided it claims. */
      time: number;
    }
  | { how: 'owner'; by: PersonView; time: number };

export interface PastMemberView extends PersonView {
  departures: {
    how: 'left' | 'removed';
    /** Of a removal. */
    decidedBy?: PersonView;
    votes?: PersonView[];
    time: number;
  }[];
}

export interface ProposalView {
  /** 32 bytes, base64url: what `voteOnProposal` names. */
  id: string;
  action: 'admit' | 'remove' | 'dormant';
  people: PersonView[];
  by: PersonView;
  time: number;
  yes: PersonView[];
  no: PersonView[];
  /** Yes votes that decide it. */
  needed: number;
  /** What we have voted; absent as long as we haven't. */
  mine?: 'yes' | 'no';
  /** We are asked: not so who it is about, where that is a removal. */
  mayVote: boolean;
}

export interface AskedView extends PersonView {
  time: number;
  /** `agreed`: what is missing is the vote, or the owner's add-on. */
  answer: 'waiting' | 'agreed' | 'declined';
}

export interface HeldBackView {
  id: string;
  /** It began before what is settled here; its author told two stories; it builds on such a one. */
  reason: 'beside-anchor' | 'forked-author' | 'builds-on-quarantined';
  action: 'admit' | 'remove' | 'dormant';
  people: PersonView[];
  decidedBy: PersonView;
  time: number;
  /** Members who say it is genuine. */
  acceptedBy: PersonView[];
  mine: boolean;
}

/** Somebody asks us to join a space; shown as a card with yes and no. */
export interface SpaceAskView {
  space: string;
  kind: MemberKind;
  title: string;
  /** Who asks: a friend. */
  from: PersonView;
  /** Who else founds it with them; empty for a space that exists. */
  founders: PersonView[];
  rules: Omit<ForumRules, 'votesNeeded'>;
  time: number;
  /** Why it can't be answered just now. */
  code?: Code;
}
