import type { FriendView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { Address } from '../../ui/components/address.tsx';
import { Avatar } from '../../ui/components/avatar.tsx';
import { Checkbox } from '../../ui/components/checkbox.tsx';
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
import { RemoveFriend } from './remove-friend.tsx';

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
