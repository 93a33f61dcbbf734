import type { TorStatus } from '../../protocol/tor-status.ts';
import { codeKey } from '../i18n/code-key.ts';
import { t } from '../i18n/i18n.ts';
import { torSentence, troubles } from '../words/tor.ts';
import { Progress } from './progress.tsx';

/** How far Tor has come: a bar and a sentence, or the sentence alone when nothing moves. */
export function TorProgress({ tor }: { tor: TorStatus }) {
  const moving =
    tor.phase === 'looking' || tor.phase === 'starting' || tor.phase === 'bootstrapping';
  const percent = tor.phase === 'bootstrapping' ? (tor.progress ?? 0) : undefined;
  return (
    <div class="tor-progress">
      {moving && <Progress label={t('tor_progress_label')} percent={percent} />}
      <p class="tor-progress__sentence" aria-live="polite">
        <span>{t(torSentence(tor))}</span>
        {percent !== undefined && (
          <span class="tor-progress__percent">{t('tor_percent', percent)}</span>
        )}
      </p>
      {troubles(tor).map((code) => (
        <p class="tor-progress__trouble" role="alert" key={code}>
          {t(codeKey(code))}
        </p>
      ))}
    </div>
  );
}
