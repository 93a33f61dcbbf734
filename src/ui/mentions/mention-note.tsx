import { mentionedIn } from '../../protocol/mention-text.ts';
import { Icon } from '../components/icon.tsx';
import { t } from '../i18n/i18n.ts';

/** What readers learn, once somebody is named in a text that anybody may read. */
export function MentionNote({ text }: { text: string }) {
  return (
    <div class="mention-note-place" role="status">
      {mentionedIn(text).length > 0 && (
        <p class="mention-note">
          <Icon name="info" />
          <span>{t('mention_open')}</span>
        </p>
      )}
    </div>
  );
}
