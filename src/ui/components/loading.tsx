import { t } from '../i18n/i18n.ts';

/** Shown only when an answer takes noticeable time: the style fades it in late. */
export function Loading() {
  return (
    <p class="loading" role="status">
      {t('loading')}
    </p>
  );
}
