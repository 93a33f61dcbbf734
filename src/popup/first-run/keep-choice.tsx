import { useAppState } from '../../ui/client/app-state.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Switch } from '../../ui/components/switch.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** Whether anything is to be on the disk: chosen before there is anything, and for this time of the browser only. */
export function KeepChoice() {
  const { keepsNothing } = useAppState();
  const choose = useAction((on: boolean) => call('setKeepsNothing', { on }));
  return (
    <div class="card stack welcome__form">
      <Switch
        label={t('keep_nothing')}
        hint={t(keepsNothing ? 'keep_nothing_on' : 'keep_nothing_hint')}
        on={keepsNothing}
        onChange={(on) => {
          if (!choose.busy) void choose.run(on);
        }}
      />
      <FailureNote failure={choose.failure} />
    </div>
  );
}
