import type { ForumListItem } from '../../protocol/page-calls.ts';
import { Badge } from '../../ui/components/badge.tsx';
import { Icon } from '../../ui/components/icon.tsx';
import { MentionsSign } from '../../ui/components/mentions-sign.tsx';
import { MutedSign } from '../../ui/components/muted-sign.tsx';
import { t, tn } from '../../ui/i18n/i18n.ts';
import type { MessageKey } from '../../ui/i18n/message-key.ts';
import { hashOf } from '../route.ts';
import { iconOf, isByAuthors, kindKey } from './space-words.ts';

export const standingKey: Record<ForumListItem['state'], MessageKey> = {
  founding: 'standing_founding',
  joining: 'standing_joining',
  'catching-up': 'standing_catching_up',
  member: 'standing_member',
  left: 'standing_left',
  removed: 'standing_removed',
};

/** A space with members in the list. Before one is in there is nothing to read, only what it is. */
export function SealedRow({ forum }: { forum: ForumListItem }) {
  const { space, kind, title, state, unread, mentions = 0, muted, toVote } = forum;
  const isOpen = state === 'member' || state === 'left' || state === 'removed';
  const about =
    state === 'member'
      ? tn(isByAuthors(kind) ? 'space_authors' : 'space_members', forum.members)
      : t(standingKey[state]);
  const counted = [
    ...(unread > 0 ? [tn('nav_unread', unread)] : []),
    ...(toVote > 0 ? [tn('space_to_vote', toVote)] : []),
  ];
  return (
    <li>
      <a
        class="space"
        href={hashOf({ view: isOpen ? 'space' : 'space-info', space })}
        data-space={space}
      >
        <span class={`space__sign space__sign--${kind}`}>
          <Icon name={iconOf(kind)} />
        </span>
        <span class="space__words">
          <span class="space__title" dir="auto">
            {title}
          </span>
          <span class="space__kind">{`${t(kindKey[kind])} · ${about}`}</span>
        </span>
        {muted && <MutedSign />}
        <MentionsSign count={mentions} />
        <Badge count={unread + toVote} label={counted.join(', ')} />
      </a>
    </li>
  );
}
