import { useState } from 'preact/hooks';
import type { FriendView } from '../../protocol/page-calls.ts';
import type { ConversationView } from '../../protocol/page-calls/conversations.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { ConfirmDialog } from '../../ui/components/confirm-dialog.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Select } from '../../ui/components/select.tsx';
import { Switch } from '../../ui/components/switch.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { lifeChoices, lifeOf } from './message-words.ts';

interface TalkSettingsProps {
  friend: FriendView;
  conversation: ConversationView;
}

/** What two people have agreed on, and how their conversation ends. */
export function TalkSettings({ friend, conversation }: TalkSettingsProps) {
  const { address, petname } = friend;
  const { timer, receipts, muted } = conversation;
  const [asking, setAsking] = useState(false);
  const change = useAction((work: () => Promise<unknown>) => work());
  const both = receipts.on && receipts.theirs;
  return (
    <details class="talk-settings">
      <summary>{t('talk_settings')}</summary>
      <div class="stack">
        <Select
          label={t('timer_label')}
          hint={t('timer_hint')}
          value={String(timer.life)}
          choices={lifeChoices.map(({ life, key }) => ({ value: String(life), label: t(key) }))}
          onChange={(value) =>
            void change.run(() => call('setTimer', { address, life: lifeOf(value) }))
          }
        />
        <Switch
          label={t('receipts_label', petname)}
          hint={both ? t('receipts_hint_both') : t('receipts_hint_alone', petname)}
          on={receipts.on}
          onChange={(on) =>
            void change.run(() => call('setReceipts', { address, receipts: on ? 'on' : 'off' }))
          }
        />
        <Switch
          label={t('talk_mute')}
          hint={t('talk_mute_hint')}
          on={muted}
          onChange={(on) => void change.run(() => call('muteConversation', { address, muted: on }))}
        />
        <Introduce friend={friend} />
        <FailureNote failure={change.failure} />
        <div class="actions">
          <Button kind="danger" onClick={() => setAsking(true)}>
            {t('purge_action')}
          </Button>
        </div>
      </div>
      {asking && (
        <ConfirmDialog
          title={t('purge_title', petname)}
          text={t('purge_text', petname)}
          confirm={t('purge_action')}
          keep={t('purge_keep')}
          onConfirm={async () => void (await call('purgeConversation', { address }))}
          onClose={() => setAsking(false)}
        />
      )}
    </details>
  );
}

function Introduce({ friend }: { friend: FriendView }) {
  const friends = useAsk('friends', {}, ['friends']);
  const others = (friends.value ?? []).filter(
    ({ address, state }) => address !== friend.address && state === 'friend',
  );
  const tell = useAction(async (address: string) => {
    await call('introduce', { address, other: friend.address });
    const met = others.find((one) => one.address === address);
    announce(t('introduced', met?.petname ?? ''));
  });
  if (others.length === 0) return null;
  const choices = others.map(({ address, petname }) => ({ value: address, label: petname }));
  return (
    <>
      <Select
        label={`${t('introduce_label')} (${friend.petname})`}
        value=""
        choices={[{ value: '', label: t('introduce_choose') }, ...choices]}
        onChange={(address) => {
          if (address !== '') void tell.run(address);
        }}
      />
      <FailureNote failure={tell.failure} />
    </>
  );
}
