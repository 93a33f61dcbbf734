import { addressFromPublicKey, type OnionAddress } from '../../../domain/address.ts';
import { bytesOfName, type PersonKey } from '../../../domain/membership/operation.ts';
import type { PersonView } from '../../../protocol/page-calls/forums.ts';
import type { FriendBook } from '../friends/friend-book.ts';

/** How a person is called where people are known by their keys. */
export type Naming = (person: PersonKey) => PersonView;

export function named(
  address: OnionAddress,
  { me, book }: { readonly me: OnionAddress; readonly book: FriendBook },
): PersonView {
  const petname = book.find(address)?.record.petname;
  return { address, ...(petname === undefined ? {} : { petname }), me: address === me };
}

export function namingOf(who: Parameters<typeof named>[1]): Naming {
  return (person) => named(addressFromPublicKey(bytesOfName(person)), who);
}
