import { useAppState } from '../../ui/client/app-state.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { Notice } from '../../ui/components/notice.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { nothingKeys, storageKeys } from '../../ui/words/storage.ts';
import { Growth } from './growth.tsx';
import { KeepPanel } from './keep-panel.tsx';
import { LimitPanel } from './limit-panel.tsx';
import { UsagePanel } from './usage-panel.tsx';

export function StorageSection() {
  const { storage, keepsNothing, phase } = useAppState();
  const words = keepsNothing ? nothingKeys : storageKeys[storage];
  return (
    <>
      <Panel title={t('storage_title')}>
        <Notice
          tone={storage === 'memory' && !keepsNothing ? 'busy' : 'good'}
          icon={storage === 'memory' && !keepsNothing ? 'warning' : 'storage'}
          title={t(words.name)}
          text={t(words.meaning)}
        />
        {!keepsNothing && <p class="small soft">{t('storage_sealed_text')}</p>}
      </Panel>
      {phase === 'ready' && !keepsNothing && <Measured />}
    </>
  );
}

/** What an open identity has on the disk. */
function Measured() {
  const { value, failure } = useAsk('storage', {}, ['storage', 'spaces', 'friends']);
  if (value === undefined) {
    return failure ? <FailureNote failure={failure} /> : <Loading />;
  }
  return (
    <>
      <UsagePanel storage={value} />
      {value.total !== undefined && (
        <>
          <LimitPanel storage={value} />
          <KeepPanel />
          <Growth days={value.growth} />
        </>
      )}
    </>
  );
}
