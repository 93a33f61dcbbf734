import { useState } from 'preact/hooks';
import type { FriendView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { Checkbox } from '../../ui/components/checkbox.tsx';
import { ConfirmDialog } from '../../ui/components/confirm-dialog.tsx';
import { t, tn } from '../../ui/i18n/i18n.ts';

/** The two ways to end it, each after a second yes. */
export function RemoveFriend({ friend }: { friend: FriendView }) {
  const { address, petname } = friend;
  const [asking, setAsking] = useState<'remove' | 'block'>();
  const close = () => setAsking(undefined);
  const block = async () => {
    await call('block', { address });
    announce(t('friend_blocked', petname));
  };
  return (
    <div class="actions friend-card__end">
      <Button kind="danger" onClick={() => setAsking('remove')}>
        {t('friend_remove')}
      </Button>
      <Button kind="danger" onClick={() => setAsking('block')}>
        {t('friend_block')}
      </Button>
      {asking === 'block' && (
        <ConfirmDialog
          title={t('friend_block_title', petname)}
          text={t('friend_block_text')}
          confirm={t('friend_block')}
          keep={t('friend_remove_keep')}
          onConfirm={block}
          onClose={close}
        />
      )}
      {asking === 'remove' && <Parting friend={friend} onClose={close} />}
    </div>
  );
}

/** What is to stay here, and what stays with them whatever one chooses. */
function Parting({ friend, onClose }: { friend: FriendView; onClose: () => void }) {
  const { address, petname } = friend;
  const shared = useAsk('parting', { address }, ['friends']).value;
  const [conversation, setConversation] = useState(true);
  const [blogs, setBlogs] = useState(true);
  const [circles, setCircles] = useState(false);
  const remove = async () => {
    await call('removeFriend', { address, keep: { conversation, blogs, circles } });
    announce(t('friend_removed', petname));
  };
  const { messages = 0, ourCircles = [], theirCircles = [], forums = [] } = shared ?? {};
  const hasBlogs = (shared?.blogs ?? []).length > 0;
  const both = [...ourCircles, ...theirCircles];
  const erases = (messages > 0 && !conversation) || (hasBlogs && !blogs);
  return (
    <ConfirmDialog
      title={t('friend_remove_title', petname)}
      text={t('friend_remove_text', petname)}
      confirm={t(erases ? 'friend_remove_and_erase' : 'friend_remove')}
      keep={t('friend_remove_keep')}
      onConfirm={remove}
      onClose={onClose}
    >
      {messages > 0 && (
        <Checkbox
          label={tn('friend_keep_talk', messages)}
          checked={conversation}
          onChange={setConversation}
        />
      )}
      {hasBlogs && <Checkbox label={t('friend_keep_blogs')} checked={blogs} onChange={setBlogs} />}
      {both.length > 0 && (
        <Checkbox
          label={t('friend_keep_circles', both.join(', '))}
          checked={circles}
          onChange={setCircles}
        />
      )}
      {forums.length > 0 && <p class="soft">{t('friend_still_in_forums', forums.join(', '))}</p>}
    </ConfirmDialog>
  );
}
