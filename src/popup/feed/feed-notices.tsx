import { optionsUrl } from '../../ui/browser/open-pages.ts';
import { useAppState } from '../../ui/client/app-state.ts';
import { Notice } from '../../ui/components/notice.tsx';
import { PageLink } from '../../ui/components/page-link.tsx';
import { TorProgress } from '../../ui/components/tor-progress.tsx';
import { t, tn } from '../../ui/i18n/i18n.ts';
import { torSentence } from '../../ui/words/tor.ts';
import { Checks } from '../first-run/checks.tsx';
import { hashOf } from '../route.ts';

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
      <Checks />
      <TorNotice />
    </>
  );
}

function TorNotice() {
  const { tor, host } = useAppState();
  if (host.phase !== 'connected' || tor.phase === 'ready' || tor.phase === 'idle') return null;
  if (tor.phase === 'failed' || tor.phase === 'lost') {
    return (
      <Notice
        tone="bad"
        icon="warning"
        title={t(tor.phase === 'lost' ? 'status_lost' : 'status_failed')}
        text={t(torSentence(tor))}
      >
        <PageLink class="button button--plain" url={optionsUrl('connection')}>
          {t('status_open')}
        </PageLink>
      </Notice>
    );
  }
  return (
    <section class="card" aria-label={t('tor_title')}>
      <TorProgress tor={tor} />
    </section>
  );
}
