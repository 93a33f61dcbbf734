import type { Attachment, Attachments } from '../client/use-attachments.ts';
import { sizeInWords } from '../format/bytes.ts';
import { language, t } from '../i18n/i18n.ts';
import { IconButton } from './button.tsx';
import { FailureNote } from './failure-note.tsx';
import { Progress } from './progress.tsx';

/** What goes along with a text that is being written. */
export function AttachmentList({ attachments }: { attachments: Attachments }) {
  if (attachments.all.length === 0) return null;
  return (
    <ul class="attachments" aria-label={t('attach_list')}>
      {attachments.all.map((one) => (
        <li key={one.key} class="attachment">
          <div class="attachment__words">
            <span class="attachment__name" dir="auto">
              {one.name}
            </span>
            <span class="small soft">{sizeInWords(one.size, language)}</span>
          </div>
          <State attachment={one} />
          {one.id !== undefined && one.description !== undefined && (
            <input
              class="attachment__about"
              aria-label={t('attach_about', one.name)}
              placeholder={t('attach_about_hint')}
              maxLength={160}
              value={one.description}
              onInput={(event) => attachments.describe(one.key, event.currentTarget.value)}
            />
          )}
          <IconButton
            icon="close"
            label={t('attach_remove', one.name)}
            onClick={() => attachments.remove(one.key)}
          />
        </li>
      ))}
    </ul>
  );
}

function State({ attachment }: { attachment: Attachment }) {
  const { name, brought, id, failure, cleaned, telling } = attachment;
  if (failure !== undefined) return <FailureNote failure={failure} />;
  if (id === undefined) {
    return <Progress label={t('attach_reading', name)} percent={brought * 100} />;
  }
  if (telling) return <p class="small">{t('attach_telling')}</p>;
  return cleaned ? <p class="small soft">{t('attach_cleaned')}</p> : null;
}
