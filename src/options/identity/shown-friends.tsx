import type { FriendView } from '../../protocol/page-calls.ts';
import { limits } from '../../protocol/limits.ts';
import { Checkbox } from '../../ui/components/checkbox.tsx';
import { t } from '../../ui/i18n/i18n.ts';

interface ShownFriendsProps {
  friends: readonly FriendView[];
  shown: readonly string[];
  onChange: (shown: string[]) => void;
}

/** Which friends everybody may see in one's profile. Nobody, unless chosen. */
export function ShownFriends({ friends, shown, onChange }: ShownFriendsProps) {
  const choosable = friends.filter((friend) => friend.state === 'friend');
  const change = (address: string, checked: boolean) => {
    const others = shown.filter((one) => one !== address);
    onChange(checked ? [...others, address] : others);
  };
  return (
    <fieldset>
      <legend class="field__label">{t('identity_shown_legend')}</legend>
      {choosable.length === 0 && <p class="small soft">{t('identity_shown_none')}</p>}
      {choosable.map((friend) => (
        <Checkbox
          key={friend.address}
          label={friend.petname}
          checked={shown.includes(friend.address)}
          onChange={(checked) => change(friend.address, checked)}
        />
      ))}
      {shown.length > limits.shownFriends && (
        <p class="field__problem small" role="alert">
          {t('identity_shown_many', limits.shownFriends)}
        </p>
      )}
    </fieldset>
  );
}
