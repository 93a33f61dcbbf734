import { fromBase64Url } from '../../../domain/bytes.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { forumCalls } from '../../../protocol/page-calls/forums.ts';
import { checkedAddress, done, type HandlersOf, type WhichPerson } from './answers.ts';

export function forumHandlers(person: WhichPerson): HandlersOf<typeof forumCalls> {
  const owner = () => person().context.me.identity.publicKey;
  return {
    forums: async () => person().forumViews.list(),
    forum: async ({ space }) => person().forumViews.one(space),
    foundForum: ({ founders, ...plan }) =>
      person().forums.found({ ...plan, owner: owner() }, founders.map(checkedAddress)),
    foundProjectBlog: ({ founders, ...plan }) =>
      person().forums.found(
        { kind: 'project-blog', ...plan, owner: owner() },
        founders.map(checkedAddress),
      ),
    beginForum: ({ space }) => done(person().forums.begin(space)),
    dropForum: ({ space }) => done(person().forums.drop(space)),
    foundCircle: ({ members, ...plan }) =>
      person().forums.found({ ...plan, owner: owner() }, members.map(checkedAddress)),
    spaceAsks: async () => person().forumViews.asks(),
    answerSpaceAsk: ({ space, yes }) => done(person().forums.beingAsked.answer(space, yes)),
    proposeMembers: ({ space, action, people }) =>
      done(person().forums.acts.propose(space, action, people.map(checkedAddress))),
    voteOnProposal: ({ space, proposal, yes }) =>
      done(person().forums.acts.vote(space, hash(proposal), yes)),
    acceptDecision: ({ space, decision }) =>
      done(person().forums.acts.accept(space, hash(decision))),
    leaveForum: ({ space }) => done(person().forums.acts.leave(space)),
  };
}

function hash(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (!bytes.ok) throw new CodedError('malformed');
  return bytes.value;
}
