import { useState } from 'preact/hooks';
import type { FriendView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { Address } from '../../ui/components/address.tsx';
import { announce } from '../../ui/components/announcer.tsx';
import { Avatar } from '../../ui/components/avatar.tsx';
import { Button } from '../../ui/components/button.tsx';
import { Checkbox } from '../../ui/components/checkbox.tsx';
import { ConfirmDialog } from '../../ui/components/confirm-dialog.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Icon } from '../../ui/components/icon.tsx';
import { KeyList } from '../../ui/components/key-list.tsx';
import { MoveNotice } from '../../ui/components/move-notice.tsx';
import { SafetyPhrase } from '../../ui/components/safety-phrase.tsx';
import { StateDot } from '../../ui/components/state-dot.tsx';
import { codeKey } from '../../ui/i18n/code-key.ts';
import { t } from '../../ui/i18n/i18n.ts';
import { friendState } from '../../ui/words/connection.ts';
import { CompareByQr } from './compare-by-qr.tsx';
import { PetnameForm } from './petname-form.tsx';

/** A friend: a line to know them by, and behind it their keys and what one can do. */
export function FriendCard({ friend }: { friend: FriendView }) {
  return (
    <section class="card friend-card" aria-label={friend.petname}>
      <MoveNotice friend={friend} />
      <details>
        <summary class="friend-card__head">
          <Avatar address={friend.address} size={48} />
          <FriendHead friend={friend} />
        </summary>
        <FriendDetails friend={friend} />
      </details>
    </section>
  );
}

function FriendHead({ friend }: { friend: FriendView }) {
  const { key, tone } = friendState(friend);
  const why = friend.connection === 'unreachable' ? friend.lastError : undefined;
  return (
    <span class="friend-card__words">
      <span class="friend-card__name">{friend.petname}</span>
      <span class="friend-card__state">
        <span class="state">
          <StateDot tone={tone} />
          <span>{t(key)}</span>
        </span>
        <span class={friend.verified ? 'mark-verified' : 'mark-verified mark-verified--not'}>
          {friend.verified && <Icon name="shield" />}
          {t(friend.verified ? 'friend_verified' : 'friend_not_verified')}
        </span>
      </span>
      {why !== undefined && <span class="friend-card__why">{t(codeKey(why))}</span>}
    </span>
  );
}

function FriendDetails({ friend }: { friend: FriendView }) {
  const { address } = friend;
  const verify = useAction((verified: boolean) => call('setVerified', { address, verified }));
  return (
    <div class="stack friend-card__details">
      {friend.name !== friend.petname && <p class="soft">{t('friend_calls_self', friend.name)}</p>}
      <PetnameForm friend={friend} />
      <Address address={address} />
      <SafetyPhrase phrase={friend.safetyPhrase} />
      <CompareByQr phrase={friend.safetyPhrase} />
      <Checkbox
        label={t('friend_verify_label')}
        checked={friend.verified}
        onChange={(verified) => void verify.run(verified)}
      />
      <FailureNote failure={verify.failure} />
      <h3>{t('friend_keys')}</h3>
      <KeyList keys={friend.keys} of="theirs" />
      <RemoveFriend friend={friend} />
    </div>
  );
}

function RemoveFriend({ friend }: { friend: FriendView }) {
  const { address, petname } = friend;
  const [asking, setAsking] = useState(false);
  const [blocking, setBlocking] = useState(false);
  const block = async () => {
    await call('block', { address });
    announce(t('friend_blocked', petname));
  };
  const remove = async () => {
    await call('removeFriend', { address });
    announce(t('friend_removed', petname));
  };
  return (
    <div class="actions friend-card__end">
      <Button kind="danger" onClick={() => setAsking(true)}>
        {t('friend_remove')}
      </Button>
      <Button kind="danger" onClick={() => setBlocking(true)}>
        {t('friend_block')}
      </Button>
      {blocking && (
        <ConfirmDialog
          title={t('friend_block_title', petname)}
          text={t('friend_block_text')}
          confirm={t('friend_block')}
          keep={t('friend_remove_keep')}
          onConfirm={block}
          onClose={() => setBlocking(false)}
        />
      )}
      {asking && (
        <ConfirmDialog
          title={t('friend_remove_title', petname)}
          text={t('friend_remove_text', petname)}
          confirm={t('friend_remove')}
          keep={t('friend_remove_keep')}
          onConfirm={remove}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
