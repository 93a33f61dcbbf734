import { useEffect, useRef } from 'preact/hooks';
import type { FriendPreview } from '../../protocol/page-calls.ts';
import { Address } from '../../ui/components/address.tsx';
import { Avatar } from '../../ui/components/avatar.tsx';
import { Icon } from '../../ui/components/icon.tsx';
import { KeyList } from '../../ui/components/key-list.tsx';
import { SafetyPhrase } from '../../ui/components/safety-phrase.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** The checked profile of somebody, before anything about them is stored. */
export function PersonFound({ preview }: { preview: FriendPreview }) {
  const { profile } = preview;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class="card stack found" aria-label={t('add_preview_label')}>
      <div class="person">
        <Avatar address={preview.address} size={64} />
        <div class="person__words">
          <h1 ref={heading} tabIndex={-1}>
            {profile.name}
          </h1>
          <p class="found__checked">
            <Icon name="shield" />
            <span>{t('add_checked')}</span>
          </p>
        </div>
      </div>
      {profile.about !== '' && (
        <p class="found__about" dir="auto">
          {profile.about}
        </p>
      )}
      {profile.interests.length > 0 && (
        <ul class="tags" aria-label={t('profile_interests')}>
          {profile.interests.map((interest) => (
            <li key={interest}>{interest}</li>
          ))}
        </ul>
      )}
      {profile.shownFriends.length > 0 && (
        <p class="small soft">
          {t('profile_friends_shown')}: {profile.shownFriends.map((f) => f.petname).join(', ')}
        </p>
      )}
      <div class="stack stack--tight">
        <h2 class="label">{t('profile_address')}</h2>
        <Address address={preview.address} />
      </div>
      <SafetyPhrase phrase={preview.safetyPhrase} />
      <details>
        <summary>{t('profile_encryption_key')}</summary>
        <KeyList
          of="theirs"
          keys={[{ use: 'encryption', algorithm: 'X25519', value: preview.encryptionKey }]}
        />
      </details>
    </section>
  );
}
