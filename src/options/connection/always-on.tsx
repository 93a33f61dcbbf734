import { useState } from 'preact/hooks';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { ConfirmDialog } from '../../ui/components/confirm-dialog.tsx';
import { CopyButton } from '../../ui/components/copy-button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { Switch } from '../../ui/components/switch.tsx';
import { t } from '../../ui/i18n/i18n.ts';

const kept = [
  'always_on_address',
  'always_on_access',
  'always_on_transport',
  'always_on_face',
] as const;

/**
 * Whether the host may keep on the disk what it needs to come up by itself. To begin takes a second yes, and an open
 * identity; to end takes neither.
 */
export function AlwaysOn({ mayBegin }: { mayBegin: boolean }) {
  const { value, failure } = useAsk('alwaysOn', {}, ['state']);
  const [asking, setAsking] = useState(false);
  const end = useAction(async () => {
    await call('setAlwaysOn', { on: false });
    announce(t('always_on_erased'));
  });
  const begin = async () => {
    await call('setAlwaysOn', { on: true });
    announce(t('always_on_state'));
  };
  const isOn = value?.on === true;
  return (
    <Panel title={t('always_on_title')} text={t('always_on_text')}>
      <ServiceCommand isOn={isOn} />
      <div class="stack stack--tight">
        <p>{t('always_on_kept')}</p>
        <ul class="bullets">
          {kept.map((key) => (
            <li key={key}>{t(key)}</li>
          ))}
        </ul>
        <p>{t('always_on_risk')}</p>
        <p class="small soft">{t('always_on_not_kept')}</p>
      </div>
      {value !== undefined && (isOn || mayBegin) && (
        <Switch
          label={t('always_on_label')}
          hint={t('always_on_off')}
          on={isOn}
          onChange={(wanted) => (wanted ? setAsking(true) : void end.run())}
        />
      )}
      <FailureNote failure={end.failure ?? failure} />
      {asking && (
        <ConfirmDialog
          title={t('always_on_ask')}
          text={t('always_on_ask_text')}
          confirm={t('always_on_begin')}
          keep={t('always_on_keep_off')}
          onConfirm={begin}
          onClose={() => setAsking(false)}
        />
      )}
    </Panel>
  );
}

/** Installed without the flag, the service would erase what is chosen here. */
function ServiceCommand({ isOn }: { isOn: boolean }) {
  const command = `network25-host service install${isOn ? ' --keep-keys' : ''}`;
  return (
    <div class="stack stack--tight">
      <p>{t('always_on_install')}</p>
      <div class="address">
        <code class="address__text">{command}</code>
        <CopyButton label={t('always_on_copy')} text={command} />
      </div>
    </div>
  );
}
