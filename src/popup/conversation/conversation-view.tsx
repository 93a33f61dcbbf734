import { useEffect } from 'preact/hooks';
import type { FriendView } from '../../protocol/page-calls.ts';
import { limits } from '../../protocol/limits.ts';
import { call } from '../../ui/client/call.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { Composer } from '../../ui/components/composer.tsx';
import { EmptyState } from '../../ui/components/empty-state.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { ConversationHead } from './conversation-head.tsx';
import { PurgeNotice } from './purge-notice.tsx';
import { TalkSettings } from './talk-settings.tsx';
import { MessageLog } from './message-log.tsx';

interface ConversationViewProps {
  address: string;
  friend: FriendView | undefined;
}

export function ConversationView({ address, friend }: ConversationViewProps) {
  if (friend === undefined) {
    return (
      <EmptyState title={t('conversation_gone_title')} text={t('conversation_gone_text')}>
        <a class="button button--plain" href="#friends">
          {t('action_back')}
        </a>
      </EmptyState>
    );
  }
  return (
    <section class="conversation" aria-label={t('conversation_with', friend.petname)}>
      <ConversationHead friend={friend} />
      {friend.state === 'requested' ? (
        <EmptyState
          title={t('conversation_requested_title', friend.petname)}
          text={t('conversation_requested_text', friend.petname)}
        />
      ) : (
        <Talk address={address} friend={friend} />
      )}
    </section>
  );
}

function Talk({ address, friend }: { address: string; friend: FriendView }) {
  const conversation = useAsk('conversation', { address }, ['conversation']);
  const unread = friend.unreadMessages > 0;

  useEffect(() => {
    if (!unread || document.visibilityState !== 'visible') return;
    // If it can't be marked now the messages stay unread, which is no harm.
    void call('markConversationRead', { address }).catch(() => undefined);
  }, [address, unread, conversation.value]);

  return (
    <>
      <FailureNote failure={conversation.failure} />
      {conversation.value === undefined ? (
        <Loading />
      ) : (
        <>
          <PurgeNotice friend={friend} purge={conversation.value.purge} />
          {/* Closed again once it has been purged: what became of that takes its place. */}
          <TalkSettings
            key={conversation.value.purge?.time}
            friend={friend}
            conversation={conversation.value}
          />
          <MessageLog
            messages={conversation.value.messages}
            petname={friend.petname}
            address={address}
          />
        </>
      )}
      {/* Once it was purged, what was being written is gone, too. */}
      <Composer
        key={conversation.value?.purge?.time}
        label={t('conversation_write', friend.petname)}
        placeholder={t('conversation_placeholder')}
        send={t('conversation_send')}
        hint={t('conversation_private', friend.petname)}
        hintIcon="lock"
        most={limits.messageCharacters}
        draft={`${address}/talk`}
        lines={1}
        start
        files
        onSend={(text, attached) => call('sendMessage', { address, text, attached })}
      />
    </>
  );
}
