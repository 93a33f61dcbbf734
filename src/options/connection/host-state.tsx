import { useAppState } from '../../ui/client/app-state.ts';
import { Fact } from '../../ui/components/facts.tsx';
import { codeKey } from '../../ui/i18n/code-key.ts';
import { detailWords } from '../../ui/i18n/detail-words.ts';
import { t } from '../../ui/i18n/i18n.ts';

export function HostState() {
  const { host } = useAppState();
  return (
    <Fact name={t('connection_host')}>
      {host.phase === 'connecting' && t('connection_host_connecting')}
      {host.phase === 'connected' && t('connection_host_connected', host.version)}
      {host.phase === 'missing' && (
        <>
          <span class="bad">{t(codeKey(host.code))}</span>
          {host.detail !== undefined && (
            <span class="small soft"> {detailWords(host.code, host.detail)}</span>
          )}
        </>
      )}
    </Fact>
  );
}
