import { useAppState } from '../../ui/client/app-state.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { Button } from '../../ui/components/button.tsx';
import { Facts, Fact } from '../../ui/components/facts.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { StateDot } from '../../ui/components/state-dot.tsx';
import { TorProgress } from '../../ui/components/tor-progress.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { statusOf } from '../../ui/words/status.ts';
import { asksForPassword, routeKeys, sourceKeys } from '../../ui/words/tor.ts';
import { AlwaysOn } from './always-on.tsx';
import { Attempts } from './attempts.tsx';
import { Bridges } from './bridges.tsx';
import { HostState } from './host-state.tsx';
import { PasswordForm } from './password-form.tsx';
import { RefusedPanel } from '../refused/refused-panel.tsx';
import { PublicFace } from './public-face.tsx';
import { Service } from './service.tsx';

export function ConnectionSection() {
  const state = useAppState();
  const { tor, route } = state;
  const status = statusOf(state);
  const again = useAction(() => call('retry', {}));
  return (
    <>
      <Panel title={t('connection_tor_title')}>
        <p class="standing">
          <StateDot tone={status.tone} />
          <span>{t(status.key, ...status.values)}</span>
        </p>
        <TorProgress tor={tor} />
        {asksForPassword(tor) && <PasswordForm />}
        <Facts>
          <Fact name={t('connection_source')}>
            {t(tor.source === undefined ? 'connection_source_none' : sourceKeys[tor.source])}
          </Fact>
          {tor.control !== undefined && (
            <Fact name={t('connection_control')}>
              <code>{tor.control}</code>
            </Fact>
          )}
          {tor.version !== undefined && <Fact name={t('connection_version')}>{tor.version}</Fact>}
          <Fact name={t('connection_route')}>{t(routeKeys[route])}</Fact>
          <HostState />
        </Facts>
        <FailureNote failure={again.failure} />
        <div class="actions">
          <Button busy={again.busy} onClick={() => void again.run()}>
            {t('action_try_again')}
          </Button>
        </div>
      </Panel>
      <Service service={tor.service} />
      {state.host.phase === 'connected' && <Bridges tor={tor} />}
      {state.host.phase === 'connected' && !state.keepsNothing && (
        <AlwaysOn mayBegin={state.phase === 'ready'} />
      )}
      <Attempts attempts={tor.attempts} />
      {state.phase === 'ready' && <RefusedPanel />}
      {state.phase === 'ready' && <PublicFace on={state.publicFace} />}
    </>
  );
}
