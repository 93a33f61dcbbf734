import * as v from 'valibot';
import { databaseNameField, hash32Field, onionAddressField } from './fields.ts';
import { limits } from './limits.ts';

/** Proves that a member made a document; opens nothing. The hint says which documents it is for. */
const gateKeySchema = v.strictObject({
  /** 8 bytes as unpadded base64url. */
  hint: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{11}$/)),
  key: hash32Field,
});

/**
 * What the add-on tells the host about who may do what at the onion door; a space that is not listed does
 * not exist for anyone but the owner.
 *
 * - `door` is the check every document must pass before it is stored (domain/document/door.ts).
 * - `gates` are the keys of a `gated` space's late epochs, by which its documents are checked. Without
 *   any, nothing new comes in.
 * - `staged`: what others bring waits, unserved, until the add-on has judged it (`/{db}/_staged`).
 * - `readers: 'anyone'` makes a space public; `'peers'` opens it to the peers that list it.
 * - `writers: 'anyone'`: strangers may bring documents, too, which say themselves who wrote them. They wait to be
 *   judged, always.
 */
const spaceAccessSchema = v.pipe(
  v.strictObject({
    name: databaseNameField,
    door: v.picklist(['signed', 'sealed', 'gated', 'inbox']),
    gates: v.optional(v.pipe(v.array(gateKeySchema), v.maxLength(limits.gateKeys))),
    readers: v.picklist(['anyone', 'peers', 'nobody']),
    staged: v.optional(v.boolean()),
    writers: v.optional(v.literal('anyone')),
  }),
  v.check(({ door, gates }) => gates === undefined || door === 'gated'),
  v.check(
    ({ door, readers, staged, writers }) =>
      writers === undefined || (door === 'signed' && readers === 'anyone' && staged === true),
  ),
);

const peerAccessSchema = v.strictObject({
  address: onionAddressField,
  /** The Ed25519 key of this peer's device: whoever it certifies a transport key for is this peer. */
  device: hash32Field,
  read: v.pipe(v.array(databaseNameField), v.maxLength(1_000)),
  write: v.pipe(v.array(databaseNameField), v.maxLength(1_000)),
});

export const accessListSchema = v.strictObject({
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  spaces: v.pipe(v.array(spaceAccessSchema), v.maxLength(20_000)),
  peers: v.pipe(v.array(peerAccessSchema), v.maxLength(limits.friends)),
});

export type AccessList = v.InferOutput<typeof accessListSchema>;
export type SpaceAccess = v.InferOutput<typeof spaceAccessSchema>;
export type PeerAccess = v.InferOutput<typeof peerAccessSchema>;
