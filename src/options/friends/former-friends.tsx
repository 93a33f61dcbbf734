import { useState } from 'preact/hooks';
import type { FormerFriendView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { ConfirmDialog } from '../../ui/components/confirm-dialog.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Time } from '../../ui/components/time.tsx';
import { shortAddress } from '../../ui/format/address.ts';
import { t, tn } from '../../ui/i18n/i18n.ts';

/** Those who are friends no more, and what was kept of them; nothing where nothing was. */
export function FormerFriends() {
  const { value: former, failure } = useAsk('formerFriends', {}, ['friends', 'conversation']);
  if (failure === undefined && (former ?? []).length === 0) return null;
  return (
    <section class="card stack" aria-label={t('former_title')}>
      <h2>{t('former_title')}</h2>
      <p class="soft">{t('former_text')}</p>
      <FailureNote failure={failure} />
      {former?.map((one) => (
        <FormerFriend key={one.address} former={one} />
      ))}
    </section>
  );
}

function FormerFriend({ former }: { former: FormerFriendView }) {
  const { address, name, time, messages, blogs } = former;
  const [reading, setReading] = useState(false);
  const [asking, setAsking] = useState(false);
  const erase = async () => {
    await call('forgetFormer', { address });
    announce(t('former_erased', name));
  };
  return (
    <article class="stack" data-former={address} aria-label={name}>
      <p>
        <strong>{name}</strong> <code title={address}>{shortAddress(address)}</code>{' '}
        <span class="soft">
          {t('former_until')} <Time time={time} />
          {messages > 0 && ` · ${tn('former_messages', messages)}`}
          {blogs.length > 0 && ` · ${tn('former_blogs', blogs.length)}`}
        </span>
      </p>
      {reading && <Conversation address={address} name={name} />}
      <div class="actions">
        {messages > 0 && (
          <Button onClick={() => setReading(!reading)}>
            {t(reading ? 'former_close' : 'former_read')}
          </Button>
        )}
        <Button kind="danger" onClick={() => setAsking(true)}>
          {t('former_erase')}
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title={t('former_erase_title', name)}
          text={t('former_erase_text')}
          confirm={t('former_erase')}
          keep={t('former_keep')}
          onConfirm={erase}
          onClose={() => setAsking(false)}
        />
      )}
    </article>
  );
}

function Conversation({ address, name }: { address: string; name: string }) {
  const { value: messages, failure } = useAsk('formerConversation', { address }, ['conversation']);
  return (
    <>
      <FailureNote failure={failure} />
      <ul class="former-talk">
        {messages?.map(({ mine, text, time }, place) => (
          <li key={place}>
            <span class="soft">
              {mine ? t('former_you') : name} <Time time={time} />
            </span>
            <p dir="auto">{text}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
