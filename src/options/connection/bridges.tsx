import { useState } from 'preact/hooks';
import { bridgeLimits, linesOf, parseBridge } from '../../protocol/bridges.ts';
import type { BridgeSettings } from '../../protocol/bridges.ts';
import type { TorStatus } from '../../protocol/tor-status.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { codeKey } from '../../ui/i18n/code-key.ts';
import { t } from '../../ui/i18n/i18n.ts';
import { bridgesSentence } from '../../ui/words/tor.ts';

/** Other ways into Tor, for our own tor, where the network blocks the usual ones. */
export function Bridges({ tor }: { tor: TorStatus }) {
  const { value: settings, failure } = useAsk('bridges', {}, ['state']);
  // What can't be read is to be entered again; so the form is there all the same.
  const unreadable = failure?.code === 'bridges-unreadable';
  return (
    <Panel title={t('bridges_title')}>
      <p class="small soft">{t('bridges_why')}</p>
      <p class="small soft">{t('bridges_where')}</p>
      {settings !== undefined && (
        <p aria-live="polite">{t(bridgesSentence(settings.lines.length, tor))}</p>
      )}
      {settings !== undefined && settings.missing.length > 0 && (
        <p class="bad" role="alert">
          {settings.missing.join(', ')}: {t(codeKey('bridge-program-missing'))}
        </p>
      )}
      <FailureNote failure={failure} />
      {(settings !== undefined || unreadable) && (
        <BridgesForm key={settings?.lines.join()} settings={settings} />
      )}
    </Panel>
  );
}

function BridgesForm({ settings }: { settings: BridgeSettings | undefined }) {
  const kept = settings?.lines ?? [];
  const [text, setText] = useState(kept.join('\n'));
  const [problem, setProblem] = useState<string>();
  const keep = useAction((lines: string[]) => call('setBridges', { lines }));
  const save = () => {
    const lines = linesOf(text);
    const wrong = lines.findIndex((line) => parseBridge(line) === undefined);
    const found =
      wrong === -1
        ? lines.length > bridgeLimits.lines && t('bridges_too_many', bridgeLimits.lines)
        : t('bridges_wrong_line', wrong + 1);
    setProblem(found === false ? undefined : found);
    if (found === false) void keep.run(lines);
  };
  return (
    <form
      class="stack stack--tight"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Field
        label={t('bridges_lines')}
        hint={t('bridges_lines_hint')}
        value={text}
        lines={4}
        mono
        problem={problem}
        onChange={(typed) => {
          setText(typed);
          setProblem(undefined);
        }}
      />
      <FailureNote failure={keep.failure} />
      <div class="actions">
        <Button kind="primary" submit busy={keep.busy}>
          {t('bridges_use')}
        </Button>
        {kept.length > 0 && (
          <Button busy={keep.busy} onClick={() => void keep.run([])}>
            {t('bridges_none')}
          </Button>
        )}
      </div>
    </form>
  );
}
