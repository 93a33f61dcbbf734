import { addressFromPublicKey, publicKeyFromAddress, type OnionAddress } from '../address.ts';
import type { CborMap } from '../cbor.ts';
import { decodeFieldsWithOptional, isCount, isHash, listOf, recordOf, textOf } from '../fields.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import { isEd25519Key } from '../sodium.ts';
import { spaceIdFromName, spaceNameOf, type SpaceName } from '../space/name.ts';

/** What a person shows of themselves. */
export interface ProfileContent {
  readonly name: string;
  readonly about: string;
  readonly interests: readonly string[];
  /** The friends they choose to show, under the name they choose to show. */
  readonly shownFriends: readonly { readonly address: OnionAddress; readonly name: string }[];
  /** Their public feeds. */
  readonly feeds: readonly SpaceListing[];
  /** Public forums that they carry and choose to show. */
  readonly forums?: readonly SpaceListing[];
}

export interface SpaceListing {
  readonly space: SpaceName;
  readonly title: string;
}

const nameField = textOf(limits.nameCharacters, 1);

/** `x` of a `profile` document: `{v: version, n, a, i, f: [{k, n}], s: [{s, t}]}`, with forums `c: [{s, t}]`; keys and spaces as 32 bytes. */
export function encodeProfileContent(content: ProfileContent, version: number): CborMap {
  return {
    v: version,
    n: content.name,
    a: content.about,
    i: content.interests,
    f: content.shownFriends.map(({ address, name }) => ({
      k: publicKeyFromAddress(address),
      n: name,
    })),
    s: content.feeds.map(listed),
    ...(content.forums === undefined || content.forums.length === 0
      ? {}
      : { c: content.forums.map(listed) }),
  };
}

const isListing = recordOf({ s: isHash, t: textOf(limits.titleCharacters) });
const areForums = listOf(isListing, limits.forums);

const listed = ({ space, title }: SpaceListing) => ({ s: spaceIdFromName(space), t: title });
const listing = ({ s, t }: { readonly s: Uint8Array; readonly t: string }): SpaceListing => ({
  space: spaceNameOf(s),
  title: t,
});

export interface VersionedProfile {
  readonly version: number;
  readonly content: ProfileContent;
}

export function decodeProfileContent(value: unknown): Result<VersionedProfile> {
  const fields = decodeFieldsWithOptional(
    value,
    {
      v: isCount,
      n: nameField,
      a: textOf(limits.aboutCharacters),
      i: listOf(textOf(limits.interestCharacters, 1), limits.interests),
      f: listOf(recordOf({ k: isHash, n: nameField }), limits.shownFriends),
      s: listOf(isListing, limits.feeds),
    },
    { c: areForums },
  );
  if (!fields.ok) return fields;
  const { v, n, a, i, f, s, c } = fields.value;
  // One content, one encoding.
  if (c?.length === 0) return refuse('malformed');
  if (!f.every((friend) => isEd25519Key(friend.k))) return refuse('weak-key');
  return accept({
    version: v,
    content: {
      name: n,
      about: a,
      interests: i,
      shownFriends: f.map((friend) => ({
        address: addressFromPublicKey(friend.k),
        name: friend.n,
      })),
      feeds: s.map(listing),
      ...(c === undefined ? {} : { forums: c.map(listing) }),
    },
  });
}
