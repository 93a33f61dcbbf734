import { tn } from '../i18n/i18n.ts';

/** How many of what is unread speak of the person; nothing for none. */
export function MentionsSign({ count }: { count: number }) {
  if (count === 0) return null;
  const words = tn('space_mentions', count);
  return (
    <span class="mentions-sign" title={words}>
      <span aria-hidden="true">@</span>
      <span class="unseen">{words}</span>
    </span>
  );
}
