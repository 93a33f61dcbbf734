import * as v from 'valibot';
import { accessListSchema } from './access-list.ts';
import type { Code } from './codes.ts';
import { bridgeSettingsSchema, bridgesField } from './bridges.ts';
import { broughtSchema } from './brought.ts';
import { codeField, hash32Field, onionAddressField, requestIdField, textField } from './fields.ts';
import { limits } from './limits.ts';
import { torStatusSchema } from './tor-status.ts';

/** The name under which the host is registered with browsers. */
export const nativeHostName = 'network25';
export const addonId = 'network25@network25.invalid';

/** Both ends speak exactly this version, or say which of them is to be updated and stop. Raised with each change to a message. */
export const nativeProtocolVersion = 4;

/** Which end is to be updated; `undefined` where both speak the same version. */
export function olderEnd(
  host: number,
  addon: number,
): Extract<Code, 'host-older' | 'addon-older'> | undefined {
  if (host === addon) return undefined;
  return host < addon ? 'host-older' : 'addon-older';
}

const headersField = v.pipe(
  v.record(textField(100), textField(4_096)),
  v.check((headers) => Object.keys(headers).length <= 40),
);
/**
 * The short-lived X25519 key by which the host may speak for this address to peers, with the device's
 * statement of it. Held in memory only.
 */
export const transportLoanSchema = v.strictObject({
  address: onionAddressField,
  secretKey: hash32Field,
  /** Up to 256 bytes as unpadded base64url. */
  statement: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,342}$/)),
  /** Milliseconds since 1970. */
  until: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
export type TransportLoan = v.InferOutput<typeof transportLoanSchema>;

const chunkField = textField(limits.tunnelChunkCharacters);

/** Names a browser profile's data directory: 16 random bytes, hex. */
export const profileField = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));

export const helloSchema = v.strictObject({
  type: v.literal('hello'),
  protocol: v.pipe(v.number(), v.safeInteger()),
  addon: textField(40),
  /** Names this browser profile's own data directory: 16 random bytes, hex, kept by the add-on. */
  profile: profileField,
  /** Nothing is to be kept: the directory is one of the host's own, which goes with it. */
  temporary: v.optional(v.literal(true)),
});
export type Hello = v.InferOutput<typeof helloSchema>;

/**
 * Publish the onion service. The key is the 64-byte expanded Ed25519 key, standard base64; never written down unless
 * the person has switched always-on mode on.
 */
export const publishSchema = v.strictObject({
  type: v.literal('publish'),
  expandedKey: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{86}==$/)),
  address: onionAddressField,
});

/** Messages from the add-on to the host. `hello` comes first; anything else before it is refused. */
export const toHostSchema = v.variant('type', [
  helloSchema,
  /** One HTTP request on the CouchDB API with the owner's rights. `last: false` announces body chunks. */
  v.strictObject({
    type: v.literal('request'),
    id: requestIdField,
    method: v.picklist(['GET', 'HEAD', 'PUT', 'POST', 'DELETE']),
    path: v.pipe(textField(8_192), v.startsWith('/')),
    headers: headersField,
    body: chunkField,
    last: v.boolean(),
  }),
  v.strictObject({
    type: v.literal('request-body'),
    id: requestIdField,
    body: chunkField,
    last: v.boolean(),
  }),
  v.strictObject({ type: v.literal('cancel'), id: requestIdField }),
  publishSchema,
  v.strictObject({ type: v.literal('unpublish') }),
  /** Who may do what, and the key under which the host keeps a sealed copy of it. */
  v.strictObject({ type: v.literal('access'), list: accessListSchema, key: hash32Field }),
  /** Until it ends, or is lent anew, or is taken back: then every token given by it ends too. */
  v.strictObject({ type: v.literal('lend-transport-key'), loan: transportLoanSchema }),
  v.strictObject({ type: v.literal('take-back-transport-key') }),
  /** Whether port 80 shows the person's public page to visitors. */
  v.strictObject({ type: v.literal('public-face'), on: v.boolean(), address: onionAddressField }),
  /** Look for Tor again, perhaps with the control password the person typed. */
  v.strictObject({ type: v.literal('look-for-tor'), password: v.optional(textField(200)) }),
  /** Is the SOCKS server at this loopback address a Tor? The answer decides a route, so only a probe counts. */
  v.strictObject({
    type: v.literal('probe-socks'),
    id: requestIdField,
    host: textField(100),
    port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  }),
  /** By which bridges does our own tor go? With `lines`: by these from now on (none: without). */
  v.strictObject({
    type: v.literal('bridges'),
    id: requestIdField,
    lines: v.optional(bridgesField),
  }),
  /** Does this host keep on the disk, in the clear, what it needs to come up by itself? With `on`: from now on. */
  v.strictObject({
    type: v.literal('always-on'),
    id: requestIdField,
    on: v.optional(v.boolean()),
  }),
  /** Call at our own address through Tor, as a friend would. */
  v.strictObject({ type: v.literal('test-service'), id: requestIdField }),
  /** Erase all that is kept of a profile that is no more. */
  v.strictObject({ type: v.literal('erase'), id: requestIdField, profile: profileField }),
]);

/** Messages from the host to the add-on. */
export const fromHostSchema = v.variant('type', [
  v.strictObject({
    type: v.literal('hello'),
    protocol: v.pipe(v.number(), v.safeInteger()),
    host: textField(40),
  }),
  /** The host can't serve (wrong version, data directory in use or damaged …); it exits after this. */
  v.strictObject({
    type: v.literal('refused'),
    code: codeField,
    detail: v.optional(textField(300)),
  }),
  v.strictObject({
    type: v.literal('response'),
    id: requestIdField,
    status: v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599)),
    headers: headersField,
    body: chunkField,
    last: v.boolean(),
  }),
  v.strictObject({
    type: v.literal('response-body'),
    id: requestIdField,
    body: chunkField,
    last: v.boolean(),
  }),
  v.strictObject({ type: v.literal('response-error'), id: requestIdField, code: codeField }),
  /** A chunk of this request's body, not its last, was read: another may be sent. */
  v.strictObject({ type: v.literal('request-taken'), id: requestIdField }),
  v.strictObject({ type: v.literal('tor-status'), status: torStatusSchema }),
  /** A peer presented its token: the doorbell that makes us dial back at once. */
  v.strictObject({ type: v.literal('peer-seen'), address: onionAddressField }),
  /** What somebody brings to our door; sent before what is taken is written. */
  v.strictObject({ type: v.literal('brought'), brought: broughtSchema }),
  v.strictObject({ type: v.literal('probe-socks'), id: requestIdField, isTor: v.boolean() }),
  /** Either what is set now, or why that can't be said or could not be changed. */
  v.strictObject({
    type: v.literal('bridges'),
    id: requestIdField,
    settings: v.optional(bridgeSettingsSchema),
    code: v.optional(codeField),
  }),
  /** Either how it is now, or why that could not be changed. */
  v.strictObject({
    type: v.literal('always-on'),
    id: requestIdField,
    on: v.optional(v.boolean()),
    code: v.optional(codeField),
  }),
  /** `code`: why nobody of ours answered there. */
  v.strictObject({
    type: v.literal('test-service'),
    id: requestIdField,
    code: v.optional(codeField),
  }),
  /** `code`: why it is still there. */
  v.strictObject({
    type: v.literal('erase'),
    id: requestIdField,
    code: v.optional(codeField),
  }),
  /**
   * The list in force after an `access`. A version above the one that was sent means that it was refused as
   * older; `code` that the sealed copy was damaged, or can't be written.
   */
  v.strictObject({
    type: v.literal('access-in-force'),
    version: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    code: v.optional(codeField),
  }),
  /** A message of ours that the host could not accept; nothing was done. */
  v.strictObject({ type: v.literal('rejected'), code: codeField }),
]);

export type ToHost = v.InferOutput<typeof toHostSchema>;
export type FromHost = v.InferOutput<typeof fromHostSchema>;
