import { concat, equalBytes, fromBase64Url } from '../bytes.ts';
import { bodyFrom, type Body } from '../document/body.ts';
import { makeGated, unwrapGated, type GatedDocument, type GateKey } from '../document/gated.ts';
import { domainString } from '../hash.ts';
import { pad, unpad } from '../padding.ts';
import { refuse, type Result } from '../result.ts';
import { xchachaOpen, xchachaSeal, type Random } from '../sodium.ts';
import type { BodyPlace } from './inner.ts';

/**
 * A body has a document and a key of its own in sealed spaces, too, so that it can be erased and the
 * header stays. The key stands beside the header, and serves for this one body.
 */
export function sealBody(
  { json }: Pick<Body, 'json'>,
  { spaceId, gate }: { readonly spaceId: Uint8Array; readonly gate: GateKey },
  random: Random,
): { readonly place: BodyPlace; readonly document: GatedDocument } {
  const bytes = fromBase64Url(json.b);
  if (!bytes.ok) throw new TypeError('a body was made without bytes');
  const key = random(32);
  const document = makeGated(spaceId, gate, xchachaSeal(cipherOf(key, spaceId), pad(bytes.value)));
  return { place: { hash: document.hash, key }, document };
}

/** The body that a header names by its hash: any other is `wrong-id`. */
export function openSealedBody(
  json: unknown,
  { spaceId, place, bodyHash }: { spaceId: Uint8Array; place: BodyPlace; bodyHash: Uint8Array },
): Result<Body> {
  const gated = unwrapGated(json, spaceId);
  if (!gated.ok) return gated;
  if (!equalBytes(gated.value.hash, place.hash)) return refuse('wrong-id');
  const padded = xchachaOpen(cipherOf(place.key, spaceId), gated.value.ciphertext);
  if (padded === undefined) return refuse('undecryptable');
  const bytes = unpad(padded);
  if (!bytes.ok) return bytes;
  const body = bodyFrom(bytes.value, spaceId);
  if (!body.ok) return body;
  return equalBytes(body.value.hash, bodyHash) ? body : refuse('wrong-id');
}

/** One key, one body: the nonce may be zero. */
function cipherOf(key: Uint8Array, spaceId: Uint8Array) {
  const associated = concat(domainString('sealed-body'), spaceId);
  return { key, nonce: new Uint8Array(24), associated };
}
