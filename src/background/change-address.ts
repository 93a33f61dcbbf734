import { CodedError } from '../protocol/codes.ts';
import type { Person } from './app/person.ts';
import { withNewAddress } from './identity.ts';
import type { Safe } from './safe/safe.ts';

/**
 * The new root is stored first, and with it the old one: from then on every start goes on with the
 * move until it is done. The life that is open ends, and another begins at the new address.
 */
export async function changeAddress(
  person: Person,
  safe: Pick<Safe, 'keys' | 'keep'>,
  beginAnew: () => Promise<{ address: string }>,
): Promise<{ address: string }> {
  await person.readInbox();
  const { keys } = safe;
  if (!keys || keys.leaving !== undefined) throw new CodedError('not-ready');
  await safe.keep(withNewAddress(keys));
  return beginAnew();
}
