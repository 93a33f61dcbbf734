import type { ForumPersonView } from '../../protocol/page-calls.ts';
import { shortAddress } from '../../ui/format/address.ts';
import { language, t } from '../../ui/i18n/i18n.ts';

/** What we call a member; by their address where we don't know them. */
export function personName({ me, petname, address }: ForumPersonView): string {
  return me ? t('you') : (petname ?? shortAddress(address));
}

export function namesOf(people: readonly ForumPersonView[]): string {
  return new Intl.ListFormat(language).format(people.map(personName));
}
