import type { ForumPersonView } from '../../protocol/page-calls.ts';
import { shortAddress } from '../../ui/format/address.ts';
import { language, t } from '../../ui/i18n/i18n.ts';

/** What we call a member; by their address where we don't know them. */
export function personName({ me, petname, address }: ForumPersonView): string {
  return me ? t('you') : (petname ?? shortAddress(address));
}

/** The same inside a sentence, after “by” or “of”. */
export function byPerson(person: ForumPersonView): string {
  return person.me ? t('you_among') : personName(person);
}

export function namesOf(people: readonly ForumPersonView[]): string {
  return new Intl.ListFormat(language).format(people.map(personName));
}

export function byPeople(people: readonly ForumPersonView[]): string {
  return new Intl.ListFormat(language).format(people.map(byPerson));
}
