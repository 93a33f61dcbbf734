import { useAppState } from '../../ui/client/app-state.ts';
import { Notice } from '../../ui/components/notice.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { refusedInWords, storageKeys } from '../../ui/words/storage.ts';

export function StorageSection() {
  const { storage, refused } = useAppState();
  const words = storageKeys[storage];
  const reasons = refusedInWords(refused);
  return (
    <>
      <Panel title={t('storage_title')}>
        <Notice
          tone={storage === 'memory' ? 'busy' : 'good'}
          icon={storage === 'memory' ? 'warning' : 'storage'}
          title={t(words.name)}
          text={t(words.meaning)}
        />
        <p class="small soft">{t('storage_sealed_text')}</p>
      </Panel>
      <Panel title={t('refused_title')}>
        {reasons.length === 0 ? (
          <p class="soft">{t('refused_none')}</p>
        ) : (
          <>
            <p class="soft">{t('refused_text')}</p>
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">{t('refused_reason')}</th>
                  <th scope="col">{t('refused_count')}</th>
                </tr>
              </thead>
              <tbody>
                {reasons.map(({ key, count }) => (
                  <tr key={key}>
                    <td>{t(key)}</td>
                    <td>{count}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
      </Panel>
    </>
  );
}
