import { Avatar } from '../components/avatar.tsx';
import { t, tn } from '../i18n/i18n.ts';
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
  return (
    <>
      <span class="unseen" role="status">
        {offered.length > 0 && tn('mention_offered', offered.length)}
      </span>
      {offered.length > 0 && (
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
      )}
    </>
  );
}
