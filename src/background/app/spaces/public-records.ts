import * as v from 'valibot';
import { limits } from '../../../domain/limits.ts';
import type { ProfileContent, SpaceListing } from '../../../domain/types/profile-content.ts';
import { addressField, decodeRecord, spaceField } from '../records.ts';
import type { Context } from '../context.ts';

/**
 * What the vault holds of public spaces, by name:
 *
 * `own/blog/<space>` · `public/<space>` · `muted-space/<space>` · `muted-person/<address>`
 */
export const ownBlogRecord = v.strictObject({
  space: spaceField,
  /** Who signs it: we, perhaps at an address we have left. */
  owner: addressField,
  /** As our profile lists it. The charter's own is for ever. */
  title: v.string(),
  /** Of one from an address that we have left: where it goes on. */
  next: v.exactOptional(spaceField),
});
export type OwnBlogRecord = v.InferOutput<typeof ownBlogRecord>;

/** A public space that we follow by its link, or a public forum that we have joined or founded. */
export const publicRecord = v.strictObject({
  space: spaceField,
  kind: v.picklist(['blog', 'public-forum', 'project-blog']),
  /** Of a project blog, base64url: by it everybody works out who its authors are. */
  charter: v.exactOptional(v.string()),
  title: v.string(),
  owner: addressField,
  /** At whose onion we found it; our own for what we founded. */
  host: addressField,
  since: v.number(),
  /** A forum that our profile lists, so that friends find it. */
  shown: v.boolean(),
});
export type PublicRecord = v.InferOutput<typeof publicRecord>;

export const mutedPersonRecord = v.strictObject({
  address: addressField,
  since: v.number(),
  /** Whether what they write is stored here and passed on all the same. */
  carried: v.boolean(),
});
export type MutedPersonRecord = v.InferOutput<typeof mutedPersonRecord>;

/** Those that decode; others are left alone. */
export function recordsUnder<Schema extends v.GenericSchema>(
  { vault }: Pick<Context, 'vault'>,
  prefix: string,
  schema: Schema,
): v.InferOutput<Schema>[] {
  return vault.entries(prefix).flatMap(([, value]) => {
    const record = decodeRecord(schema, value);
    return record === undefined ? [] : [record];
  });
}

/** What our profile lists beside the first blog. */
export function listedSpaces(
  context: Pick<Context, 'vault' | 'me'>,
): Required<Pick<ProfileContent, 'forums'>> & { readonly blogs: readonly SpaceListing[] } {
  const { address } = context.me.identity;
  const listing = ({ space, title }: Pick<PublicRecord, 'space' | 'title'>) => ({ space, title });
  const blogs = recordsUnder(context, 'own/blog/', ownBlogRecord);
  const joined = recordsUnder(context, 'public/', publicRecord);
  return {
    blogs: blogs.filter(({ owner }) => owner === address).map(listing),
    forums: joined
      .filter(({ kind, shown }) => kind === 'public-forum' && shown)
      .slice(0, limits.forums)
      .map(listing),
  };
}
