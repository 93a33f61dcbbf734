import { useAppState } from '../../ui/client/app-state.ts';
import { Panel } from '../../ui/components/panel.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { refusedInWords } from '../../ui/words/storage.ts';

/** What others sent and was not kept. */
export function RefusedPanel() {
  const { refused } = useAppState();
  const reasons = refusedInWords(refused);
  return (
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
  );
}
