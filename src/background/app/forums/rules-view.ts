import { requiredVotes } from '../../../domain/membership/charter.ts';
import type { Assembly } from '../../../domain/space/assembly.ts';
import type { ForumRules } from '../../../protocol/page-calls/forums.ts';
import type { MemberCharter } from './member-space.ts';

/** What the charter says, and what it takes now to admit or remove somebody. */
export function rulesView(charter: MemberCharter, assembly: Assembly | undefined): ForumRules {
  const rule = 'rule' in charter ? charter.rule : 'owner';
  const count = assembly?.membership.electorate.size ?? 0;
  return {
    rule,
    mode: 'mode' in charter ? charter.mode : 'public',
    dormancy: 'dormancy' in charter && charter.dormancy,
    writers: 'writers' in charter ? charter.writers : 'members',
    votesNeeded: requiredVotes(rule, 'admit', count),
  };
}
