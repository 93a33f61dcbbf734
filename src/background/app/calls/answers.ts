import { type OnionAddress, parseAddress } from '../../../domain/address.ts';
import { parseSpaceName, type SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { PageHandlers } from '../../pages/page-server.ts';
import type { Person } from '../person.ts';

/** The answers to the calls of one topic. */
export type HandlersOf<Calls> = Pick<PageHandlers, keyof Calls & keyof PageHandlers>;

/** Throws CodedError `no-identity` or the reason why the person can't be opened. */
export type WhichPerson = () => Person;

/** The contract checked the address's letters; its checksum is checked here. */
export function checkedAddress(text: string): OnionAddress {
  const address = parseAddress(text);
  if (!address.ok) throw new CodedError('not-an-onion-link');
  return address.value;
}

/** The same for a space's name. */
export function checkedSpace(text: string): SpaceName {
  const name = parseSpaceName(text);
  if (!name.ok) throw new CodedError('unknown-space');
  return name.value;
}

export async function done(work: Promise<unknown>): Promise<null> {
  await work;
  return null;
}
