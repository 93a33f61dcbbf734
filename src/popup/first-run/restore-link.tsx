import { optionsUrl } from '../../ui/browser/open-pages.ts';
import { PageLink } from '../../ui/components/page-link.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** In a tab: a popup closes when it asks for a file. */
export function RestoreLink() {
  return (
    <PageLink class="button button--plain" url={optionsUrl('backup')}>
      {t('welcome_have_backup')}
    </PageLink>
  );
}
