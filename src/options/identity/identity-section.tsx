import { useAsk } from '../../ui/client/use-ask.ts';
import { Address } from '../../ui/components/address.tsx';
import { Avatar } from '../../ui/components/avatar.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { KeyList } from '../../ui/components/key-list.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { ChangeAddress } from './change-address.tsx';
import { ErasePanel } from './erase-panel.tsx';
import { PassphrasePanel } from './passphrase-panel.tsx';
import { ProfileEditor } from './profile-editor.tsx';
import { WordsPanel } from './words-panel.tsx';

export function IdentitySection() {
  const mine = useAsk('myKeys', {}, ['profile']);
  const profile = useAsk('myProfile', {}, ['profile']);
  const friends = useAsk('friends', {}, ['friends']);
  return (
    <>
      <FailureNote failure={mine.failure ?? profile.failure ?? friends.failure} />
      {mine.value === undefined ? (
        <Loading />
      ) : (
        <Panel title={t('identity_address_title')} text={t('identity_address_text')}>
          <div class="own">
            <Avatar address={mine.value.address} size={64} />
            <Address address={mine.value.address} />
          </div>
        </Panel>
      )}
      {profile.value !== undefined && friends.value !== undefined && (
        <ProfileEditor profile={profile.value} friends={friends.value} />
      )}
      {mine.value !== undefined && (
        <Panel title={t('identity_keys_title')} text={t('identity_keys_text')}>
          <KeyList keys={mine.value.keys} of="mine" />
        </Panel>
      )}
      {mine.value !== undefined && <PassphrasePanel />}
      {mine.value !== undefined && <WordsPanel />}
      {mine.value !== undefined && <ChangeAddress />}
      <ErasePanel />
    </>
  );
}
