import type { NewsChoice } from '../../protocol/page-calls.ts';
import { requestNotifications } from '../../ui/browser/permissions.ts';
import { useAppState } from '../../ui/client/app-state.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Switch } from '../../ui/components/switch.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** What the system tells when something comes. Off until chosen, and then the browser asks, too; names are a second choice. */
export function NewsSwitch() {
  const { news } = useAppState();
  const change = useAction(async (choice: NewsChoice) => {
    // Straight from the click, or the browser doesn't ask.
    const allowed = choice === 'off' ? true : await requestNotifications();
    if (allowed) await call('setNews', { news: choice });
  });
  return (
    <section class="card stack" aria-label={t('news_title')}>
      <h2>{t('news_title')}</h2>
      <Switch
        label={t('news_label')}
        hint={t('news_hint')}
        on={news !== 'off'}
        onChange={(on) => void change.run(on ? 'plain' : 'off')}
      />
      {news !== 'off' && (
        <Switch
          label={t('news_named_label')}
          hint={t('news_named_hint')}
          on={news === 'named'}
          onChange={(on) => void change.run(on ? 'named' : 'plain')}
        />
      )}
      <FailureNote failure={change.failure} />
    </section>
  );
}
