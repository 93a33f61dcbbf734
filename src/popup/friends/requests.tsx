import { useId } from 'preact/hooks';
import { useAsk } from '../../ui/client/use-ask.ts';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { RequestCard } from './request-card.tsx';

/** People who ask to be friends; nothing when nobody does. */
export function Requests() {
  const id = useId();
  const requests = useAsk('requests', {}, ['requests']);
  if (requests.failure === undefined && (requests.value ?? []).length === 0) return null;
  return (
    <section class="stack" aria-labelledby={id}>
      <h2 id={id}>{t('requests_title')}</h2>
      <FailureNote failure={requests.failure} />
      {requests.value?.map((request) => (
        <RequestCard key={request.address} request={request} />
      ))}
    </section>
  );
}
