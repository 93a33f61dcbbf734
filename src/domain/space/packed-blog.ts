import { toHex } from '../bytes.ts';
import { Packer, unpack, type Unpacker } from '../packed.ts';
import type { Result } from '../result.ts';
import { type BlogPlace, blogFrom, type BlogState } from './blog.ts';
import type { Charter } from './charter-content.ts';
import { decodeCharter, encodeCharter } from './charter-bytes.ts';
import {
  bytesOfHex,
  packEntry,
  packRefused,
  unpackEntry,
  unpackRefused,
} from './packed-entries.ts';

/** Changed with anything that is packed here, or that follows from it otherwise. */
export const packedBlogFormat = 'blog/1';

/** What is known of a blog, to go on from later without checking its documents again. */
export function packBlog({ charter, keys, refused, counted, waiting }: BlogState): Uint8Array {
  const to = new Packer();
  packCharter(charter, to);
  to.list(keys, (key) => to.hash(bytesOfHex(key)));
  packRefused(refused, to);
  to.list([...counted.values(), ...waiting.values()], (entry) => packEntry(entry, to));
  return to.done();
}

/** The state that was packed, of the blog that it was packed of. */
export function unpackBlog(bytes: Uint8Array, place: BlogPlace): Result<BlogState> {
  return unpack(bytes, (from) => {
    const charter = unpackCharter(from);
    const keys = new Set(from.list(() => toHex(from.hash().bytes)));
    const refused = unpackRefused(from);
    const entries = from.list(() => unpackEntry(from));
    return blogFrom(place, { charter, keys, refused, entries });
  });
}

export function packCharter(charter: Charter | undefined, to: Packer): void {
  to.list(charter === undefined ? [] : [charter], (one) => to.bytes(encodeCharter(one)));
}

export function unpackCharter(from: Unpacker): Charter | undefined {
  const [charter] = from.list(() => decodeCharter(from.bytes()));
  if (charter === undefined) return undefined;
  return charter.ok ? charter.value : from.unfit();
}
