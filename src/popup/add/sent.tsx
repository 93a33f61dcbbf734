import { EmptyState } from '../../ui/components/empty-state.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { hashOf } from '../route.ts';

export function Sent({ petname }: { petname: string }) {
  return (
    <div class="column" role="status">
      <EmptyState title={t('add_sent_title', petname)} text={t('add_sent_text', petname)}>
        <a class="button button--primary" href={hashOf({ view: 'friends' })}>
          {t('add_sent_done')}
        </a>
      </EmptyState>
    </div>
  );
}
