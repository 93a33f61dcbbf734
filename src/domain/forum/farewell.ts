import { personOf } from '../membership/operation.ts';
import type { SignedDocument } from '../document/signed.ts';
import { refuse, type Result } from '../result.ts';
import type { Assembly } from '../space/assembly.ts';
import { signForLog, type Author } from './author.ts';

/**
 * What whoever decides a removal writes with it: which documents of the people removed they have seen.
 * Without it nobody could tell what those wrote before from what they back-date. `malformed` if there are none.
 */
export function sayFarewell(
  assembly: Assembly,
  author: Author,
  removal: { readonly decision: Uint8Array; readonly removed: readonly Uint8Array[] },
): Result<SignedDocument> {
  const people = removal.removed.map(personOf);
  const last = assembly.chains
    .filter((chain) => people.includes(chain.author))
    .map(({ head }) => head.hash);
  if (last.length === 0) return refuse('malformed');
  const content = { d: removal.decision, h: last };
  return signForLog(assembly, author, { type: 'farewell', content });
}
