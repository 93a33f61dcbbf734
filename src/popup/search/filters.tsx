import { useAppState } from '../../ui/client/app-state.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { Select } from '../../ui/components/select.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { kindKey } from '../spaces/space-words.ts';

export interface Filter {
  /** A space, or the friend whose conversation it is. */
  readonly place?: string;
  readonly person?: string;
}

interface FiltersProps {
  filter: Filter;
  onChange: (filter: Filter) => void;
}

/** In which space or conversation, and by whom. */
export function Filters({ filter, onChange }: FiltersProps) {
  const { address } = useAppState();
  const spaces = useAsk('spaces', {}, ['spaces']).value ?? [];
  const friends = useAsk('friends', {}, ['friends']).value ?? [];
  const places = [
    { value: '', label: t('search_everywhere') },
    ...spaces
      .filter(({ by }) => by !== 'listed')
      .map(({ name, kind, title }) => ({ value: name, label: title || t(kindKey[kind]) })),
    ...friends.map((friend) => ({
      value: friend.address,
      label: t('search_private', friend.petname),
    })),
  ];
  const people = [
    { value: '', label: t('search_anybody') },
    ...(address === undefined ? [] : [{ value: address, label: t('you') }]),
    ...friends.map((friend) => ({ value: friend.address, label: friend.petname })),
  ];
  const choose = ({ place, person }: Filter) =>
    onChange({ ...(place ? { place } : {}), ...(person ? { person } : {}) });
  return (
    <div class="search__filters">
      <Select
        label={t('search_where')}
        value={filter.place ?? ''}
        choices={places}
        onChange={(place) => choose({ ...filter, place })}
      />
      <Select
        label={t('search_by')}
        value={filter.person ?? ''}
        choices={people}
        onChange={(person) => choose({ ...filter, person })}
      />
    </div>
  );
}
