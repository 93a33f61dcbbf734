import { requestNotifications } from '../../ui/browser/permissions.ts';
import { useAppState } from '../../ui/client/app-state.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Switch } from '../../ui/components/switch.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** Whether the system tells when something comes. Off until chosen, and then the browser asks, too. */
export function NewsSwitch() {
  const { news } = useAppState();
  const change = useAction(async (on: boolean) => {
    // Straight from the click, or the browser doesn't ask.
    const allowed = on ? await requestNotifications() : true;
    if (allowed) await call('setNews', { on });
  });
  return (
    <section class="card stack" aria-label={t('news_title')}>
      <h2>{t('news_title')}</h2>
      <Switch
        label={t('news_label')}
        hint={t('news_hint')}
        on={news}
        onChange={(on) => void change.run(on)}
      />
      <FailureNote failure={change.failure} />
    </section>
  );
}
