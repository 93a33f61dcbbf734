import { call } from '../../ui/client/call.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { Avatar } from '../../ui/components/avatar.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { shortAddress } from '../../ui/format/address.ts';
import { t } from '../../ui/i18n/i18n.ts';
import { useAction } from '../../ui/client/use-action.ts';

/** Whom one doesn't want to read in public forums; nothing where there is nobody. */
export function MutedPeople() {
  const muted = useAsk('mutedPeople', {}, ['spaces']);
  const unmute = useAction((address: string) =>
    call('mutePerson', { address, muted: false, carried: true }),
  );
  if (muted.value === undefined || muted.value.length === 0) return null;
  return (
    <details class="card muted">
      <summary>{t('muted_title')}</summary>
      <ul class="spaces">
        {muted.value.map(({ address, name, carried }) => (
          <li key={address} class="space">
            <Avatar address={address} size={36} />
            <span class="space__words">
              <span class="space__title">{name ?? shortAddress(address)}</span>
              <span class="space__kind">{t(carried ? 'muted_carried' : 'muted_not_carried')}</span>
            </span>
            <Button onClick={() => void unmute.run(address)}>{t('muted_end')}</Button>
          </li>
        ))}
      </ul>
      <FailureNote failure={unmute.failure} />
    </details>
  );
}
