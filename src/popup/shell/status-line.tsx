import { optionsUrl } from '../../ui/browser/open-pages.ts';
import { useAppState } from '../../ui/client/app-state.ts';
import { CopyButton } from '../../ui/components/copy-button.tsx';
import { PageLink } from '../../ui/components/page-link.tsx';
import { StateDot } from '../../ui/components/state-dot.tsx';
import { shortAddress } from '../../ui/format/address.ts';
import { t } from '../../ui/i18n/i18n.ts';
import { statusOf } from '../../ui/words/status.ts';

/** The bottom line: how the connection stands, and one's own address. */
export function StatusLine() {
  const state = useAppState();
  const status = statusOf(state);
  return (
    <footer class="status" aria-label={t('status_label')}>
      <PageLink class="status__link" url={optionsUrl('connection')}>
        <StateDot tone={status.tone} />
        <span>{t(status.key, ...status.values)}</span>
      </PageLink>
      {state.keepsNothing && state.phase !== 'first-run' && (
        <PageLink class="status__link status__nothing" url={optionsUrl('storage')}>
          {t('status_keeps_nothing')}
        </PageLink>
      )}
      {state.address !== undefined && (
        <span class="status__address">
          <code title={state.address}>{shortAddress(state.address)}</code>
          <CopyButton label={t('copy_address')} text={state.address} />
        </span>
      )}
    </footer>
  );
}
