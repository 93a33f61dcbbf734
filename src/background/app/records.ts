import * as v from 'valibot';
import { type OnionAddress, parseAddress } from '../../domain/address.ts';
import { lives } from '../../domain/conversation-kinds/life.ts';
import { parseSpaceName, type SpaceName } from '../../domain/space/name.ts';
import type { Json } from '../../store/ports.ts';

/** A document kept in the vault; the domain opens it again before it is used. */
const documentField = v.objectWithRest(
  { _id: v.string(), _rev: v.string() },
  v.union([v.string(), v.number()]),
);
export type KeptDocument = v.InferOutput<typeof documentField>;

export const addressField = v.custom<OnionAddress>(
  (value) => typeof value === 'string' && parseAddress(value).ok,
);

export const spaceField = v.custom<SpaceName>(
  (value) => typeof value === 'string' && parseSpaceName(value).ok,
);

/**
 * What the vault holds, by name. Decoded where it is read, because the vault is as old as the version
 * that wrote it; a record that doesn't decode is left alone and not shown.
 *
 * `own/feed` · `own/device` · `own/former/<address>` · `own/pre-keys/<address>` · `friend/<address>` · `moved/<address>` · `request/<address>` · `declined/<address>` · `blocked/<address>` ·
 * `conversation/<space>` · `message/<address>/<id>` · `talk/<address>` · `generation/<address>` · `purge/<address>` · `leftover/<space>` · `life-clock` · `setting/talk` · `marks/<space>/<number>` · `marks/<space>/orphans` · `setting/orphans` · `reached/<document id>` · `chain/<space>` · `setting/public-face`
 */
export const ownFeedRecord = v.strictObject({
  space: spaceField,
  title: v.string(),
});

/** An address of ours that we have left, and the feed that was written there. */
export const ownFormerRecord = v.strictObject({
  address: addressField,
  feed: ownFeedRecord,
  left: v.number(),
});
export type OwnFormerRecord = v.InferOutput<typeof ownFormerRecord>;

/** Oldest first, as the domain encodes them, base64url. */
export const preKeysRecord = v.strictObject({ preKeys: v.array(v.string()) });

const feedListing = v.strictObject({ space: spaceField, title: v.string() });

export const friendRecord = v.strictObject({
  address: addressField,
  petname: v.string(),
  name: v.string(),
  /** `requested`: we asked and wait for their answer. */
  state: v.picklist(['requested', 'friend']),
  since: v.number(),
  verified: v.boolean(),
  bundle: documentField,
  feeds: v.array(feedListing),
  /** Of those, the ones that the person doesn't want to read. */
  unfollowed: v.optional(v.array(spaceField), () => []),
  /** Public forums that they show. */
  forums: v.optional(v.array(feedListing), () => []),
  /** What they wrote at addresses they have left. */
  formerFeeds: v.optional(
    v.array(v.strictObject({ space: spaceField, owner: addressField })),
    () => [],
  ),
  lastSeen: v.nullable(v.number()),
});
export type FriendRecord = v.InferOutput<typeof friendRecord>;

/** A friend says, with the key of their address, that they have left it; we haven't followed yet. */
export const moveRecord = v.strictObject({
  /** The friend's address as we know it. */
  address: addressField,
  to: addressField,
  name: v.string(),
  bundle: documentField,
  /** We were asked and didn't want to follow yet. */
  notNow: v.boolean(),
});
export type MoveRecord = v.InferOutput<typeof moveRecord>;

export const requestRecord = v.strictObject({
  address: addressField,
  name: v.string(),
  note: v.string(),
  time: v.number(),
  bundle: documentField,
});
export type RequestRecord = v.InferOutput<typeof requestRecord>;

/** The ratchets with one friend, as the domain encodes them, base64url. */
export const conversationRecord = v.strictObject({ state: v.string() });

export const messageRecord = v.strictObject({
  mine: v.boolean(),
  /** What was said is `text` where this is `text`; else `fields` holds it, as its kind encodes it, base64url. */
  kind: v.optional(v.string(), 'text'),
  text: v.string(),
  fields: v.exactOptional(v.string()),
  /** Its files' manifests, as a body lists them, base64url. */
  files: v.exactOptional(v.string()),
  /** In which space they are; without it, in that of the conversation as it is now. */
  place: v.exactOptional(spaceField),
  /** Of what is being erased: the documents that held its files. */
  pieces: v.exactOptional(v.array(v.string())),
  time: v.number(),
  /** Theirs: read here. Ours: stored on their machine. */
  done: v.boolean(),
  /** Ours: `false` while there is no key of theirs to seal it with. */
  sealed: v.boolean(),
  /** Ours: they have read it, as their Network25 says. */
  read: v.exactOptional(v.literal(true)),
  /** In which conversation of ours it was said: how many were purged before. */
  generation: v.exactOptional(v.number(), 0),
  /** For how many seconds it may be kept once it has been read. */
  life: v.exactOptional(v.number()),
  /** When that is over, by the clock of `life-clock`. */
  ends: v.exactOptional(v.number()),
});
export type MessageRecord = v.InferOutput<typeof messageRecord>;

/** What was agreed in a conversation, and with whom about what it tells of us. */
export const talkRecord = v.strictObject({
  /** How long what is written from now on lives, in seconds; who said so, and when. */
  timer: v.strictObject({ life: v.picklist(lives), mine: v.boolean(), time: v.number() }),
  /** Whether we tell when we have read something; `default` as with everybody. */
  receipts: v.picklist(['default', 'on', 'off']),
  /** What they were last told of that, and what they told us. */
  told: v.boolean(),
  theirs: v.boolean(),
  /** What comes is not counted in all, and nothing tells of it. */
  muted: v.optional(v.boolean(), false),
});
export type TalkRecord = v.InferOutput<typeof talkRecord>;

/** The person's own way, with all friends who have no setting of their own. */
export const talkSettings = v.strictObject({
  receipts: v.boolean(),
  /** Erase a conversation when the friend asks for it. */
  eraseWhenAsked: v.boolean(),
});
export type TalkSettings = v.InferOutput<typeof talkSettings>;

/** How often two people have purged their conversation. It counts as long as both have the keys of the first. */
export const generationRecord = v.strictObject({
  /** The name of the first conversation. */
  first: spaceField,
  number: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

/** We have purged a conversation, and what became of our asking the same of the friend. */
export const purgeRecord = v.strictObject({
  time: v.number(),
  state: v.picklist(['to-ask', 'asked', 'erased', 'kept']),
});
export type PurgeRecord = v.InferOutput<typeof purgeRecord>;

/** A clock that only goes forward: when it was looked at last, and how many milliseconds it has gone. */
export const lifeClockRecord = v.strictObject({ at: v.number(), count: v.number() });

/** `post/<document id>`: until November 2026 what `marks/…` and `reached/…` hold. */
export const postRecord = v.strictObject({
  firstSeen: v.number(),
  read: v.boolean(),
  reached: v.array(addressField),
});

/** Our own post: the friends on whose machines it is known to be. */
export const reachedRecord = v.strictObject({ people: v.array(addressField) });

/** Posts of a space that wait to be looked at for our name, and unread ones that have it. */
export const mentionsRecord = v.strictObject({
  waiting: v.array(v.string()),
  found: v.array(v.string()),
});

/** Where our next document in a space goes, and what was signed last and may not be stored yet. */
export const chainRecord = v.strictObject({
  /** The key whose chain it is, base64url: another device begins its own. */
  device: v.string(),
  seq: v.number(),
  /** The hash of the document before, base64url. */
  prev: v.string(),
  pending: v.array(documentField),
});

/** What was made of a value, under the schema it was decoded by. Goes with the value. */
const decodedBefore = new WeakMap<object, Map<v.GenericSchema, unknown>>();

/**
 * The record, or `undefined` when there is none or it is not of this form. A value is decoded once: the
 * vault gives the same one until it is replaced, and lists of thousands are gone through at every change.
 */
export function decodeRecord<Schema extends v.GenericSchema>(
  schema: Schema,
  value: Json | undefined,
): v.InferOutput<Schema> | undefined {
  if (typeof value !== 'object' || value === null) return decode(schema, value);
  const known = decodedBefore.get(value) ?? new Map<v.GenericSchema, unknown>();
  if (!known.has(schema)) known.set(schema, decode(schema, value));
  decodedBefore.set(value, known);
  return known.get(schema);
}

function decode<Schema extends v.GenericSchema>(
  schema: Schema,
  value: Json | undefined,
): v.InferOutput<Schema> | undefined {
  const decoded = v.safeParse(schema, value);
  return decoded.success ? decoded.output : undefined;
}
