import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { shortAddress } from '../../ui/format/address.ts';
import { t } from '../../ui/i18n/i18n.ts';

/** Whom one wants nothing to do with, and the way back. */
export function BlockedPeople() {
  const { value: blocked } = useAsk('blocked', {}, ['friends']);
  const unblock = useAction((address: string) => call('unblock', { address }));
  if (blocked === undefined || blocked.length === 0) return null;
  return (
    <section class="card stack" aria-label={t('blocked_title')}>
      <h2>{t('blocked_title')}</h2>
      <ul class="stack">
        {blocked.map(({ address, name }) => (
          <li key={address} class="actions" data-blocked={address}>
            <span>{name}</span>
            <code title={address}>{shortAddress(address)}</code>
            <Button onClick={() => void unblock.run(address)}>{t('blocked_unblock')}</Button>
          </li>
        ))}
      </ul>
      <FailureNote failure={unblock.failure} />
    </section>
  );
}
