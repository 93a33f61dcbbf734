import type { FriendView } from '../../protocol/page-calls.ts';
import { call } from '../client/call.ts';
import { useAction } from '../client/use-action.ts';
import { t } from '../i18n/i18n.ts';
import { Address } from './address.tsx';
import { announce } from './announcer.tsx';
import { Button } from './button.tsx';
import { FailureNote } from './failure-note.tsx';
import { Notice } from './notice.tsx';
import { SafetyPhrase } from './safety-phrase.tsx';

interface MoveNoticeProps {
  friend: FriendView;
  onFollowed?: (address: string) => void;
}

/** A friend says that they have another address now; nothing when they don't. */
export function MoveNotice({ friend, onFollowed }: MoveNoticeProps) {
  const { address, petname, movedTo } = friend;
  const follow = useAction(async (to: string) => {
    await call('followMove', { address });
    announce(t('move_followed', petname));
    onFollowed?.(to);
  });
  const wait = useAction(async () => {
    await call('ignoreMove', { address });
    announce(t('move_waits', petname));
  });
  if (movedTo === undefined) return null;
  return (
    <Notice tone="busy" icon="info" title={t('move_title', petname)} text={t('move_text', petname)}>
      <Address address={movedTo.address} />
      <SafetyPhrase phrase={movedTo.safetyPhrase} />
      <FailureNote failure={follow.failure ?? wait.failure} />
      <div class="actions">
        <Button kind="primary" busy={follow.busy} onClick={() => void follow.run(movedTo.address)}>
          {t('move_follow')}
        </Button>
        {!movedTo.notNow && (
          <Button busy={wait.busy} onClick={() => void wait.run()}>
            {t('move_not_now')}
          </Button>
        )}
      </div>
    </Notice>
  );
}
