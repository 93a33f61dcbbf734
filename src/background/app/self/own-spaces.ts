import { toBase64Url } from '../../../domain/bytes.ts';
import { makeCharterDocument } from '../../../domain/types/charter.ts';
import { makeKeyDocument } from '../../../domain/types/key.ts';
import { evaluateProfile } from '../../../domain/space/evaluate-profile.ts';
import {
  blogSpace,
  type CharteredSpace,
  inboxSpace,
  profileSpace,
} from '../../../domain/space/charter.ts';
import { spaceIdFromName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import { putDocuments, readChanges } from '../../../store/documents.ts';
import type { StoredDocument as DomainDocument } from '../../../domain/document/envelope.ts';
import type { SpaceDatabase, StoredDocument } from '../../../store/ports.ts';
import type { OwnSpaces } from '../access.ts';
import type { Context } from '../context.ts';
import {
  decodeRecord,
  type KeptDocument,
  ownFeedRecord,
  ownFormerRecord,
  type OwnFormerRecord,
} from '../records.ts';

/** Everything of a database; for spaces that stay small. */
export async function readWhole(database: SpaceDatabase): Promise<StoredDocument[]> {
  const documents: StoredDocument[] = [];
  let page = await readChanges(database, 0);
  documents.push(...page.documents);
  while (page.more) {
    page = await readChanges(database, page.since);
    documents.push(...page.documents);
  }
  return documents;
}

/** The names of the person's spaces, or `undefined` before there is a feed. */
function findOwnSpaces(context: Context): OwnSpaces | undefined {
  const feed = decodeRecord(ownFeedRecord, context.vault.get('own/feed'));
  if (!feed) return undefined;
  const { publicKey } = context.me.identity;
  return {
    profile: profileSpace(publicKey).name,
    inbox: inboxSpace(publicKey).name,
    feed: feed.space,
    former: formerFeeds(context),
  };
}

function formerFeeds({ vault }: Context): OwnFormerRecord[] {
  return vault.entries('own/former/').flatMap(([, value]) => {
    const record = decodeRecord(ownFormerRecord, value);
    return record ? [record] : [];
  });
}

/**
 * Founds the profile and the feed of a new identity (all but the bundle, which follows from the pre-keys), or mends them where a crash left them half made.
 * Documents that claim no time are the same each time they are made, so doing it again adds nothing.
 */
export async function foundOwnSpaces(context: Context, name: string): Promise<OwnSpaces> {
  const { me } = context;
  const owner = me.identity;
  if (!findOwnSpaces(context)) await foundOwnFeed(context, name);
  const own = findOwnSpaces(context);
  if (!own) throw new CodedError('internal');
  const database = await context.stores.open(own.profile);
  const there = evaluateProfile(await readWhole(database), owner.address);
  if (!there.ok && there.code === 'no-bundle') {
    await found(context, profileSpace(owner.publicKey));
  }
  return own;
}

const deviceRecord = 'own/device';

/**
 * Certifies a device that our own spaces don't know yet: a restored one, or one that takes the place of
 * another. Resolves with whether there was another; then friends are to be told, and after that `noteDevice` called.
 */
export async function certifyDevice(context: Context, own: OwnSpaces): Promise<boolean> {
  const { me, stores, vault } = context;
  const known = vault.get(deviceRecord);
  if (known === nameOf(me)) return false;
  for (const name of [own.profile, own.feed]) {
    const key = makeKeyDocument(me.identity, spaceIdFromName(name), me.device.signing.publicKey);
    await putDocuments(await stores.open(name), [stored(key.json)]);
  }
  return known !== undefined;
}

/** From now on this is our device; until then every start does again what a new one has to do. */
export async function noteDevice({ me, vault }: Context): Promise<void> {
  if (vault.get(deviceRecord) !== nameOf(me)) await vault.put(deviceRecord, nameOf(me));
}

function nameOf({ device }: Context['me']): string {
  return toBase64Url(device.signing.publicKey);
}

/** A new feed; it takes the place of the one there was. */
export async function foundOwnFeed(context: Context, title: string): Promise<void> {
  const feed = blogSpace(context.me.identity.publicKey, title, context.random);
  await found(context, feed);
  await context.vault.put('own/feed', { space: feed.name, title });
}

/** The first documents of a space of ours: its charter and our device's certificate. */
export async function found({ me, stores }: Context, space: CharteredSpace): Promise<void> {
  const documents = [
    makeCharterDocument(me.identity, space),
    makeKeyDocument(me.identity, space.id, me.device.signing.publicKey),
  ];
  await putDocuments(
    await stores.open(space.name),
    documents.map(({ json }) => stored(json)),
  );
}

/** The domain's documents as store and vault take them. */
export function stored(document: DomainDocument): KeptDocument {
  return { ...document };
}
