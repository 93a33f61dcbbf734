import type { KeepRule } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { KeepRuleFields } from '../../ui/components/keep-rule.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** What is let go of in spaces that have no rule of their own. */
export function KeepPanel() {
  const { value, failure } = useAsk('keepRule', {}, ['storage']);
  const change = useAction((rule: KeepRule) => call('setKeepRule', { rule }));
  return (
    <Panel title={t('keep_title')} text={t('keep_text')}>
      {value !== undefined && (
        <KeepRuleFields rule={value.usual} onChange={(rule) => void change.run(rule)} />
      )}
      <FailureNote failure={change.failure ?? failure} />
    </Panel>
  );
}
