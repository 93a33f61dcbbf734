import { openPreKey, type PreKeyOffer } from '../conversation/pre-key.ts';
import { bytesOf, bytesUpTo, decodeFields, isCount, isHash, isTime } from '../fields.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import { isEd25519Key, isXwingKey, x25519 } from '../sodium.ts';

export interface BundleContent {
  /** The device's Ed25519 key. */
  readonly device: Uint8Array;
  /** The X25519 key by which friends know each other: it agrees and authenticates. */
  readonly encryption: Uint8Array;
  /** The X-Wing key that requests are sealed to. */
  readonly sealing: Uint8Array;
  /** For starting a conversation while the owner is away; the device key has signed it. */
  readonly preKey: PreKeyOffer;
  /** The highest valid bundle counts. */
  readonly seq: number;
  /** Milliseconds since 1970, as the owner claims. */
  readonly validFrom: number;
  /** After this nothing new is begun with these keys; what was begun goes on. */
  readonly validUntil: number;
}

/** Any secret does: only a key of small order gives the same result for all. */
const probe = new Uint8Array(32).fill(9);

/**
 * `x` of a `bundle` document is `{d, e, w, p, n, f, u}`: device key, encryption key, sealing key, the
 * statement of a pre-key, sequence number, valid from, valid until. No clock is asked here.
 */
export function decodeBundleContent(
  content: unknown,
  { author }: { readonly author: Uint8Array },
): Result<BundleContent> {
  const fields = decodeFields(content, {
    d: isHash,
    e: isHash,
    w: bytesOf(1_216),
    p: bytesUpTo(limits.statementBytes),
    n: isCount,
    f: isTime,
    u: isTime,
  });
  if (!fields.ok) return fields;
  const { d: device, e: encryption, w: sealing, p, n: seq, f, u } = fields.value;
  if (f > u) return refuse('malformed');
  if (!isEd25519Key(device) || x25519(probe, encryption) === undefined || !isXwingKey(sealing)) {
    return refuse('weak-key');
  }
  const preKey = openPreKey(p, { publicKey: author, device });
  if (!preKey.ok) return preKey;
  return accept({
    device,
    encryption,
    sealing,
    preKey: preKey.value,
    seq,
    validFrom: f,
    validUntil: u,
  });
}
