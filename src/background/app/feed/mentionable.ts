import { addressFromPublicKey, type OnionAddress } from '../../../domain/address.ts';
import { bytesOfName } from '../../../domain/membership/operation.ts';
import type { MentionablePerson } from '../../../protocol/page-calls.ts';
import type { Context } from '../context.ts';
import type { Forums } from '../forums/forums.ts';
import type { FriendBook } from '../friends/friend-book.ts';

export interface MentionableParts {
  readonly context: { readonly me: Pick<Context['me'], 'identity'> };
  readonly book: Pick<FriendBook, 'all' | 'find'>;
  readonly forums: Pick<Forums, 'all'>;
}

/** Who may be spoken of there: in a space with members those, elsewhere friends. */
export function mentionable(
  parts: MentionableParts,
  space: string | undefined,
): MentionablePerson[] {
  const { book, context } = parts;
  return (membersOf(parts, space) ?? friendsOf(parts))
    .filter((address) => address !== context.me.identity.address)
    .map((address) => {
      const name = book.find(address)?.record.petname;
      return { address, ...(name === undefined ? {} : { name }) };
    });
}

/** The same by address, and we ourselves. */
export function mentionableAddresses(parts: MentionableParts, space: string): ReadonlySet<string> {
  const others = membersOf(parts, space) ?? friendsOf(parts);
  return new Set([parts.context.me.identity.address, ...others]);
}

function friendsOf({ book }: MentionableParts): OnionAddress[] {
  return book.all().flatMap(({ record }) => (record.state === 'friend' ? [record.address] : []));
}

/** `undefined` where a space has none. */
function membersOf(
  { forums }: MentionableParts,
  name: string | undefined,
): OnionAddress[] | undefined {
  const kept = forums.all().find(({ space }) => space.name === name);
  if (!kept) return undefined;
  const members = kept.space.assembly?.membership.members ?? [];
  return [...members].map((person) => addressFromPublicKey(bytesOfName(person)));
}
