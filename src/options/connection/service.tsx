import type { ServiceStatus } from '../../protocol/tor-status.ts';
import { replicationPort } from '../../protocol/virtual-ports.ts';
import { useAppState } from '../../ui/client/app-state.ts';
import { Address } from '../../ui/components/address.tsx';
import { Fact, Facts } from '../../ui/components/facts.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { codeKey } from '../../ui/i18n/code-key.ts';
import { t, tn } from '../../ui/i18n/i18n.ts';
import { serviceSentence } from '../../ui/words/tor.ts';
import { TestService } from './test-service.tsx';

/** One's own address in Tor: whether friends can reach it, and what else stands on its port. */
export function Service({ service }: { service: ServiceStatus }) {
  const { address } = useAppState();
  const foreign = service.foreign ?? [];
  const shown = service.address ?? address;
  return (
    <Panel title={t('connection_service_title')}>
      {shown !== undefined && <Address address={shown} />}
      <Facts>
        <Fact name={t('connection_service')}>
          {t(serviceSentence(service))}
          {service.code !== undefined && <p class="bad">{t(codeKey(service.code))}</p>}
        </Fact>
        <Fact name={t('connection_port')}>{replicationPort}</Fact>
      </Facts>
      {service.phase !== 'none' && <TestService />}
      {foreign.length > 0 && (
        <div class="stack stack--tight">
          <p class="small soft">{tn('connection_foreign', foreign.length)}</p>
          {foreign.map((other) => (
            <code class="small foreign" key={other}>
              {other}
            </code>
          ))}
        </div>
      )}
    </Panel>
  );
}
