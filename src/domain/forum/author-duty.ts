import { equalBytes, toHex } from '../bytes.ts';
import type { DecisionNode } from '../membership/node.ts';
import { bytesOfName, personOf, type PersonKey } from '../membership/operation.ts';
import type { ProjectBlog } from '../space/project-blog.ts';
import { decisionDue, deviceWord, type Duty, type Dutiful } from './duty.ts';

/** What an author's add-on does without being asked: what a member's does, without the keys. */
export type AuthorDuty = Extract<Duty, { what: 'bring-device' | 'decide' | 'say-farewell' }>;

/** The next thing to do for a blog in the clear; what comes after it shows once that is done. */
export function nextAuthorDuty(blog: ProjectBlog, self: Dutiful): AuthorDuty | undefined {
  const me = personOf(self.writer.author);
  if (!blog.membership.members.has(me)) return undefined;
  if (deviceWord(blog, self.writer) === undefined) return { what: 'bring-device' };
  const farewell = farewellDue(blog, me, toHex(self.writer.signer.publicKey));
  if (farewell !== undefined) return { what: 'say-farewell', decision: farewell };
  return decisionDue(blog, self);
}

/**
 * A removal that we have just decided, of people who have written. What we write later doesn't say what we had seen then,
 * so it is due only while the decision is the last in our chain.
 */
function farewellDue(
  { membership, chains, state }: ProjectBlog,
  me: PersonKey,
  device: string,
): DecisionNode | undefined {
  const own = chains.find(({ author, key }) => author === me && key === device);
  if (own === undefined) return undefined;
  const authors = new Set(chains.map(({ author }) => author));
  for (const effect of membership.effects) {
    if (effect.kind !== 'decide' || effect.proposal.action !== 'remove') continue;
    if (!equalBytes(own.head.hash, bytesOfName(effect.name))) continue;
    const isSaid = [...state.farewells.values()].some(
      ({ farewell }) => farewell.decision === effect.name,
    );
    if (!isSaid && effect.proposal.subjects.some((one) => authors.has(one))) return effect;
  }
  return undefined;
}
