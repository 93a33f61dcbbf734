import type { TorAttempt } from '../../protocol/tor-status.ts';
import { Panel } from '../../ui/components/panel.tsx';
import { StateDot } from '../../ui/components/state-dot.tsx';
import { codeKey } from '../../ui/i18n/code-key.ts';
import { t } from '../../ui/i18n/i18n.ts';
import type { Tone } from '../../ui/words/tone.ts';
import { originKeys, outcomeKeys } from '../../ui/words/tor.ts';

const tones: Record<TorAttempt['outcome'], Tone> = {
  authenticated: 'good',
  'not-there': 'off',
  refused: 'bad',
  'not-tor': 'bad',
  failed: 'bad',
};

/** Every place that was looked at, what came of it and how to mend it. */
export function Attempts({ attempts }: { attempts: readonly TorAttempt[] }) {
  return (
    <Panel title={t('connection_attempts_title')}>
      {attempts.length === 0 ? (
        <p class="soft">{t('connection_attempts_none')}</p>
      ) : (
        <table class="table attempts">
          <thead>
            <tr>
              <th scope="col">{t('attempt_where')}</th>
              <th scope="col">{t('attempt_why')}</th>
              <th scope="col">{t('attempt_result')}</th>
            </tr>
          </thead>
          <tbody>
            {attempts.map((attempt, index) => (
              <Attempt key={index} attempt={attempt} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Attempt({ attempt }: { attempt: TorAttempt }) {
  return (
    <tr>
      <th scope="row">
        <code>{attempt.candidate}</code>
      </th>
      <td>{t(originKeys[attempt.origin])}</td>
      <td>
        <span class="outcome">
          <StateDot tone={tones[attempt.outcome]} />
          {t(outcomeKeys[attempt.outcome])}
        </span>
        {attempt.code !== undefined && <p class="mend">{t(codeKey(attempt.code))}</p>}
      </td>
    </tr>
  );
}
