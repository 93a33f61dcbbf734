import { concat, equalBytes } from '../bytes.ts';
import { domainString, hashFor } from '../hash.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import { hmacSha256 } from '../sodium.ts';
import { encodePayload, openEnvelope, storedFields, type GatedJson } from './envelope.ts';
import { documentId, type DocumentId } from './id.ts';

/** What a sealed space stores: which key, ciphertext, and the proof that a member made it. */
export interface Gated {
  /** Eight bytes that say which key opens it, to who holds that key. */
  readonly hint: Uint8Array;
  readonly ciphertext: Uint8Array;
  /** MAC under the gate key that goes with the hint. */
  readonly gate: Uint8Array;
}

export interface GatedDocument extends Gated {
  readonly id: DocumentId;
  /** By which others name it: a chunk in its file's manifest, for instance. */
  readonly hash: Uint8Array;
  readonly json: GatedJson;
}

/** A key that the add-on lends the host: it lets members' documents in and opens nothing. */
export interface GateKey {
  readonly hint: Uint8Array;
  readonly key: Uint8Array;
}

const hintBytes = 8;
const gateBytes = 16;

/** The proof, for who holds the gate key. */
export function gateMac(
  gateKey: Uint8Array,
  spaceId: Uint8Array,
  { hint, ciphertext }: Pick<Gated, 'hint' | 'ciphertext'>,
): Uint8Array {
  const input = concat(domainString('gate'), spaceId, hint, ciphertext);
  return hmacSha256(gateKey, input).slice(0, gateBytes);
}

/** The document of a ciphertext, with its proof. */
export function makeGated(
  spaceId: Uint8Array,
  gate: GateKey,
  ciphertext: Uint8Array,
): GatedDocument {
  const { hint, key } = gate;
  return wrapGated(spaceId, {
    hint,
    ciphertext,
    gate: gateMac(key, spaceId, { hint, ciphertext }),
  });
}

export function wrapGated(spaceId: Uint8Array, { hint, ciphertext, gate }: Gated): GatedDocument {
  const hash = hashFor('gated-id', spaceId, hint, gate, ciphertext);
  const id = documentId('e', hash);
  const payload = { k: encodePayload(hint), c: encodePayload(ciphertext), g: encodePayload(gate) };
  return { id, hash, hint, ciphertext, gate, json: { ...storedFields(id), ...payload } };
}

/** All that can be checked without a key. */
export function unwrapGated(json: unknown, spaceId: Uint8Array): Result<GatedDocument> {
  const envelope = openEnvelope(json, { k: hintBytes, c: limits.gatedBytes, g: gateBytes });
  if (!envelope.ok) return envelope;
  const { k: hint, c: ciphertext, g: gate } = envelope.value.payload;
  if (hint.length !== hintBytes || gate.length !== gateBytes) return refuse('malformed');
  const document = wrapGated(spaceId, { hint, ciphertext, gate });
  return envelope.value.id === document.id ? accept(document) : refuse('wrong-id');
}

/**
 * What the host of a sealed space asks of every document: that somebody who holds the epoch's keys has
 * made it. It learns neither who nor what. `unknown-epoch` while no lent key goes by this hint: keep it
 * aside, the key may come. `undecryptable` for a proof that does not hold: drop it for good.
 */
export function checkSealedAtDoor(
  json: unknown,
  spaceId: Uint8Array,
  gateKeys: readonly GateKey[],
): Result<GatedDocument> {
  const opened = unwrapGated(json, spaceId);
  if (!opened.ok) return opened;
  const fitting = gateKeys.filter(({ hint }) => equalBytes(hint, opened.value.hint));
  if (fitting.length === 0) return refuse('unknown-epoch');
  const holds = fitting.some(({ key }) =>
    equalBytes(gateMac(key, spaceId, opened.value), opened.value.gate),
  );
  return holds ? opened : refuse('undecryptable');
}
