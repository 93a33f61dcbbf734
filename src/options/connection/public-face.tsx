import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { Switch } from '../../ui/components/switch.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** The page on the web port of one's address, for people without Network25. Off until chosen. */
export function PublicFace({ on }: { on: boolean }) {
  const change = useAction((wanted: boolean) => call('setPublicFace', { on: wanted }));
  return (
    <Panel title={t('face_title')}>
      <Switch
        label={t('face_label')}
        hint={t('face_warning')}
        on={on}
        onChange={(wanted) => void change.run(wanted)}
      />
      <FailureNote failure={change.failure} />
    </Panel>
  );
}
