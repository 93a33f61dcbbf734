import { useAppState } from '../../ui/client/app-state.ts';
import { Notice } from '../../ui/components/notice.tsx';
import { t, tn } from '../../ui/i18n/i18n.ts';
import { optionsUrl } from '../../ui/browser/open-pages.ts';
import { PageLink } from '../../ui/components/page-link.tsx';
import { levelKeys } from '../../ui/words/storage.ts';
import { Checks } from '../first-run/checks.tsx';
import { hashOf } from '../route.ts';

/** Before there is no room left, and when there is none. */
function RoomNotice() {
  const { storageLevel } = useAppState();
  if (storageLevel === 'fine') return null;
  const { title, text } = levelKeys[storageLevel];
  return (
    <Notice
      tone={storageLevel === 'near' ? 'busy' : 'bad'}
      icon="warning"
      title={t(title)}
      text={t(text)}
    >
      <PageLink class="button button--plain" url={optionsUrl('storage')}>
        {t('storage_look')}
      </PageLink>
    </Notice>
  );
}

/** The last backup is too old, or there is none. */
function BackupNotice() {
  const { backupDue } = useAppState();
  if (!backupDue) return null;
  return (
    <Notice tone="busy" icon="copy" title={t('backup_due_title')} text={t('backup_due_text')}>
      <PageLink class="button button--plain" url={optionsUrl('backup')}>
        {t('backup_due_look')}
      </PageLink>
    </Notice>
  );
}

/** What waits for the person, most useful first: someone to add, requests, then what is missing. */
export function FeedNotices() {
  const { pendingLink, pendingRequests } = useAppState();
  return (
    <>
      {pendingLink && (
        <Notice
          tone="good"
          icon="add"
          title={t('notice_person_title')}
          text={t('notice_person_text')}
        >
          <a class="button button--primary" href={hashOf({ view: 'add', pending: true })}>
            {t('notice_person_add')}
          </a>
        </Notice>
      )}
      {pendingRequests > 0 && (
        <Notice tone="good" icon="friends" title={tn('notice_requests', pendingRequests)}>
          <a class="button button--primary" href={hashOf({ view: 'friends' })}>
            {t('notice_requests_look')}
          </a>
        </Notice>
      )}
      <RoomNotice />
      <BackupNotice />
      <Checks />
    </>
  );
}
