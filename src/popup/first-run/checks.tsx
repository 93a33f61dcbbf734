import { useState } from 'preact/hooks';
import type { Code } from '../../protocol/codes.ts';
import type { AppState } from '../../protocol/page-calls.ts';
import { optionsUrl } from '../../ui/browser/open-pages.ts';
import { requestOnionAccess } from '../../ui/browser/permissions.ts';
import { useAppState } from '../../ui/client/app-state.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Notice } from '../../ui/components/notice.tsx';
import { PageLink } from '../../ui/components/page-link.tsx';
import { codeKey } from '../../ui/i18n/code-key.ts';
import type { MessageKey } from '../../ui/i18n/message-key.ts';
import { detailWords } from '../../ui/i18n/detail-words.ts';
import { t } from '../../ui/i18n/i18n.ts';
import { torSentence } from '../../ui/words/tor.ts';

const notErasedWords: { readonly [code in Code]?: MessageKey } = {
  'data-in-use': 'not_erased_in_use',
  'data-unwritable': 'not_erased_unwritable',
};

/** What is missing for Network25 to work as it should, each with the way to mend it. */
export function Checks() {
  const { missing, host, storage, keepsNothing, notErased } = useAppState();
  return (
    <>
      {notErased !== undefined && (notErased !== 'host-missing' || host.phase === 'missing') && (
        <Notice
          tone="bad"
          icon="warning"
          title={t('not_erased_title')}
          text={t(notErasedWords[notErased] ?? 'not_erased_text')}
        />
      )}
      {missing.onionAccess && <OnionAccess />}
      {missing.privateWindows && (
        <Notice
          tone="busy"
          icon="info"
          title={t('check_private_title')}
          text={t('check_private_text')}
        />
      )}
      {host.phase === 'missing' && <HostMissing host={host} />}
      {host.phase === 'connected' && <TorTrouble />}
      {storage === 'memory' && !keepsNothing && host.phase !== 'connecting' && (
        <Notice
          tone="busy"
          icon="storage"
          title={t('check_memory_title')}
          text={t('check_memory_text')}
        />
      )}
    </>
  );
}

function OnionAccess() {
  const [refused, setRefused] = useState(false);
  const allow = useAction(async () => {
    const allowed = await requestOnionAccess();
    setRefused(!allowed);
    if (allowed) await call('retry', {});
  });
  return (
    <Notice
      tone="bad"
      icon="globe"
      title={t('check_onion_title')}
      text={refused ? t('check_onion_refused') : t('check_onion_text')}
    >
      <FailureNote failure={allow.failure} />
      <Button kind="primary" busy={allow.busy} onClick={() => void allow.run()}>
        {t('check_onion_allow')}
      </Button>
    </Notice>
  );
}

/** How Tor comes along stands in the status line; here is what to do when it doesn't. */
function TorTrouble() {
  const { tor } = useAppState();
  if (tor.phase !== 'failed' && tor.phase !== 'lost') return null;
  return (
    <Notice tone="bad" icon="warning" title={t('check_tor_title')} text={t(torSentence(tor))}>
      <PageLink class="button button--plain" url={optionsUrl('connection')}>
        {t('status_open')}
      </PageLink>
    </Notice>
  );
}

function HostMissing({ host }: { host: Extract<AppState['host'], { phase: 'missing' }> }) {
  const again = useAction(() => call('retry', {}));
  return (
    <Notice tone="bad" icon="warning" title={t('check_host_title')} text={t(codeKey(host.code))}>
      {host.detail !== undefined && (
        <p class="notice__text">{detailWords(host.code, host.detail)}</p>
      )}
      <FailureNote failure={again.failure} />
      <Button busy={again.busy} onClick={() => void again.run()}>
        {t('action_try_again')}
      </Button>
    </Notice>
  );
}
