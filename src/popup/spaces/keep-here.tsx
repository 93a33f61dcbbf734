import type { KeepRule } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { KeepRuleFields } from '../../ui/components/keep-rule.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { Switch } from '../../ui/components/switch.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** For how long posts of others in this space are kept here. */
export function KeepHere({ space }: { space: string }) {
  const { value, failure } = useAsk('keepRule', { space }, ['spaces', 'storage']);
  const change = useAction((rule: KeepRule | null) => call('setKeepRule', { space, rule }));
  if (value === undefined) return <FailureNote failure={failure} />;
  const { own, usual } = value;
  return (
    <Panel title={t('keep_title')}>
      <Switch
        label={t('keep_own')}
        hint={t('keep_own_hint')}
        on={own !== null}
        onChange={(on) => void change.run(on ? usual : null)}
      />
      {own !== null && <KeepRuleFields rule={own} onChange={(rule) => void change.run(rule)} />}
      <FailureNote failure={change.failure} />
    </Panel>
  );
}
