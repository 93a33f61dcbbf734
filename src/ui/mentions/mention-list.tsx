import { Avatar } from '../components/avatar.tsx';
import { t } from '../i18n/i18n.ts';
import type { Suggestions } from './use-suggestions.ts';

interface MentionListProps {
  id: string;
  suggestions: Suggestions;
}

/** The one that Enter takes, for `aria-activedescendant`. */
export const chosenId = (id: string, { chosen }: Pick<Suggestions, 'chosen'>): string =>
  `${id}-${chosen}`;

/** Whom to name. The focus stays in the text: arrows, Enter and Escape are heard there. */
export function MentionList({ id, suggestions }: MentionListProps) {
  const { offered, chosen, take } = suggestions;
  if (offered.length === 0) return null;
  return (
    <ul class="mentions" id={id} role="listbox" aria-label={t('mention_list')}>
      {offered.map((one, index) => (
        <li
          key={one.address}
          id={`${id}-${index}`}
          class="mentions__one"
          role="option"
          aria-selected={index === chosen}
          // Before the text area would lose the focus.
          onMouseDown={(event) => {
            event.preventDefault();
            take(one);
          }}
        >
          <Avatar address={one.address} size={22} />
          <span dir="auto">{one.label}</span>
        </li>
      ))}
    </ul>
  );
}
