import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Switch } from '../../ui/components/switch.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** One's own way in private conversations, with all friends who have no setting of their own. */
export function TalkDefaults() {
  const { value: settings } = useAsk('talkSettings', {}, ['conversation']);
  const save = useAction((next: { receipts: boolean; eraseWhenAsked: boolean }) =>
    call('setTalkSettings', next),
  );
  if (settings === undefined) return null;
  return (
    <section class="card stack" aria-label={t('talk_settings_title')}>
      <h2>{t('talk_settings_title')}</h2>
      <Switch
        label={t('talk_settings_receipts')}
        on={settings.receipts}
        onChange={(receipts) => void save.run({ ...settings, receipts })}
      />
      <Switch
        label={t('talk_settings_erase')}
        hint={t('talk_settings_erase_hint')}
        on={settings.eraseWhenAsked}
        onChange={(eraseWhenAsked) => void save.run({ ...settings, eraseWhenAsked })}
      />
      <FailureNote failure={save.failure} />
    </section>
  );
}
