import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Switch } from '../../ui/components/switch.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** What is new in a muted space is on its own page only. */
export function MuteSpace({ space, muted }: { space: string; muted: boolean }) {
  const mute = useAction((on: boolean) => call('muteSpace', { space, muted: on }));
  return (
    <>
      <Switch
        label={t('space_mute')}
        hint={t('space_mute_hint')}
        on={muted}
        onChange={(on) => void mute.run(on)}
      />
      <FailureNote failure={mute.failure} />
    </>
  );
}
