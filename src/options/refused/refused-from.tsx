import { useState } from 'preact/hooks';
import type { RefusedPerson } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { ConfirmDialog } from '../../ui/components/confirm-dialog.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Time } from '../../ui/components/time.tsx';
import { shortAddress } from '../../ui/format/address.ts';
import { language, t, tn } from '../../ui/i18n/i18n.ts';
import { pluralKey } from '../../ui/i18n/plural-key.ts';
import { refusedInWords } from '../../ui/words/refused.ts';

/** How much of what one person sent was refused, why, and what can be done about it. */
export function RefusedFrom({ person }: { person: RefusedPerson }) {
  const { address, name, counts, last } = person;
  const reasons = refusedInWords(counts);
  const total = reasons.reduce((sum, { count }) => sum + count, 0);
  const shown = name ?? (address === undefined ? undefined : shortAddress(address));
  return (
    <li class="refused__from" data-from={address ?? 'somebody'}>
      <p class="refused__who">
        {shown === undefined
          ? tn('refused_somebody', total)
          : t(pluralKey('refused_of', total, language), total, shown)}
      </p>
      <ul class="refused__reasons">
        {reasons.map(({ key, count }) => (
          <li key={key}>{t(key, count)}</li>
        ))}
      </ul>
      <p class="small soft">
        {t('refused_last')} <Time time={last} />
      </p>
      {address !== undefined && shown !== undefined && (
        <WhatToDo address={address} name={shown} isFriend={name !== undefined} />
      )}
    </li>
  );
}

/** A friend can be blocked. Who is none can only be kept from one's sight. */
function WhatToDo({
  address,
  name,
  isFriend,
}: {
  address: string;
  name: string;
  isFriend: boolean;
}) {
  const [blocking, setBlocking] = useState(false);
  const mute = useAction(async () => {
    await call('mutePerson', { address, muted: true, carried: false });
    announce(t('mute_done', name));
  });
  const block = async () => {
    await call('block', { address });
    announce(t('friend_blocked', name));
  };
  return (
    <div class="actions">
      {isFriend ? (
        <Button kind="quiet" onClick={() => setBlocking(true)}>
          {t('friend_block')}
        </Button>
      ) : (
        <Button kind="quiet" busy={mute.busy} onClick={() => void mute.run()}>
          {t('mute_person')}
        </Button>
      )}
      <FailureNote failure={mute.failure} />
      {blocking && (
        <ConfirmDialog
          title={t('friend_block_title', name)}
          text={t('friend_block_text')}
          confirm={t('friend_block')}
          keep={t('friend_remove_keep')}
          onConfirm={block}
          onClose={() => setBlocking(false)}
        />
      )}
    </div>
  );
}
