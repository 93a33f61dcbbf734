import { useAsk } from '../../ui/client/use-ask.ts';
import { Checkbox } from '../../ui/components/checkbox.tsx';
import { t } from '../../ui/i18n/i18n.ts';

interface ChooseFriendsProps {
  label: string;
  chosen: readonly string[];
  /** Who isn't offered, by address. */
  without?: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** Some of one's friends. */
export function ChooseFriends({ label, chosen, without = [], onChange }: ChooseFriendsProps) {
  const friends = useAsk('friends', {}, ['friends']);
  const offered = (friends.value ?? []).filter(
    ({ state, address }) => state === 'friend' && !without.includes(address),
  );
  return (
    <fieldset class="choices">
      <legend class="field__label">{label}</legend>
      {offered.length === 0 && <p class="space__kind">{t('choose_nobody')}</p>}
      {offered.map(({ address, petname }) => (
        <Checkbox
          key={address}
          label={petname}
          checked={chosen.includes(address)}
          onChange={(on) =>
            onChange(on ? [...chosen, address] : chosen.filter((each) => each !== address))
          }
        />
      ))}
    </fieldset>
  );
}
