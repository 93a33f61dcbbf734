import { t } from '../i18n/i18n.ts';
import { Icon } from './icon.tsx';

/** Beside what is muted, in a list. */
export function MutedSign() {
  return (
    <span class="space__muted" title={t('space_muted')}>
      <Icon name="muted" />
      <span class="unseen">{t('space_muted')}</span>
    </span>
  );
}
