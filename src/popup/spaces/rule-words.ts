import type { ForumRules } from '../../protocol/page-calls.ts';
import type { MessageKey } from '../../ui/i18n/message-key.ts';

/** The rules of a space with members, a sentence each. */
export function ruleSentences({
  rule,
  mode,
  dormancy,
  writers,
}: Omit<ForumRules, 'votesNeeded'>): MessageKey[] {
  return [
    ruleKey[rule],
    modeKey[mode],
    ...(dormancy ? (['rule_dormancy'] as const) : []),
    ...(writers === 'owner' ? (['rule_owner_writes'] as const) : []),
  ];
}

const modeKey: Record<ForumRules['mode'], MessageKey> = {
  history: 'rule_history',
  ephemeral: 'rule_ephemeral',
  public: 'rule_public',
};

const ruleKey: Record<ForumRules['rule'], MessageKey> = {
  majority: 'rule_majority',
  'two-thirds': 'rule_two_thirds',
  owner: 'rule_owner',
};
