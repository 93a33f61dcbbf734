import { bytesOfName, type OperationName } from '../membership/operation.ts';
import { Packer, unpack } from '../packed.ts';
import type { Result } from '../result.ts';
import type { SpaceName } from './name.ts';
import { packCharter, unpackCharter } from './packed-blog.ts';
import {
  bytesOfHex,
  packEntry,
  packRefused,
  unpackEntry,
  unpackRefused,
} from './packed-entries.ts';
import { publicForumFrom, type PublicForumState } from './public-forum.ts';

/** Changed with anything that is packed here, or that follows from it otherwise. */
export const packedPublicForumFormat = 'public-forum/1';

/** What is known of a public forum, to go on from later without checking its documents again. */
export function packPublicForum(state: PublicForumState): Uint8Array {
  const to = new Packer();
  packCharter(state.charter, to);
  to.list(state.certified, (one) => {
    for (const key of one.split('/')) to.hash(bytesOfHex(key));
  });
  to.list(state.others, (name) => to.hash(bytesOfName(name)));
  packRefused(state.refused, to);
  to.list(state.entries.values(), (entry) => packEntry(entry, to));
  return to.done();
}

/** The state that was packed, of the forum that it was packed of. */
export function unpackPublicForum(
  bytes: Uint8Array,
  spaceName: SpaceName,
): Result<PublicForumState> {
  return unpack(bytes, (from) => {
    const charter = unpackCharter(from);
    const certified = new Set(from.list(() => `${from.hash().hex}/${from.hash().hex}`));
    // What was packed was the bytes of such names.
    const others = new Set(from.list(() => from.hash().hex as OperationName));
    const refused = unpackRefused(from);
    const all = from.list(() => unpackEntry(from));
    const entries = new Map(all.map((entry) => [entry.name, entry]));
    return publicForumFrom({ spaceName, charter, certified, entries, others, refused });
  });
}
