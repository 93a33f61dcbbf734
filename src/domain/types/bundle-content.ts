import { decodeFields, isCount, isHash, isTime } from '../fields.ts';
import { accept, refuse, type Result } from '../result.ts';
import { isEd25519Key, x25519 } from '../sodium.ts';

export interface BundleContent {
  /** The device's Ed25519 key. */
  readonly device: Uint8Array;
  /** The X25519 key that messages are sealed to. */
  readonly encryption: Uint8Array;
  /** The highest valid bundle counts. */
  readonly seq: number;
  /** Milliseconds since 1970, as the owner claims. */
  readonly validFrom: number;
}

/** Any secret does: only a key of small order gives the same result for all. */
const probe = new Uint8Array(32).fill(9);

/** `x` of a `bundle` document is `{d, e, n, f}`: device key, encryption key, sequence number, valid from. */
export function decodeBundleContent(content: unknown): Result<BundleContent> {
  const fields = decodeFields(content, { d: isHash, e: isHash, n: isCount, f: isTime });
  if (!fields.ok) return fields;
  const { d: device, e: encryption, n: seq, f: validFrom } = fields.value;
  if (!isEd25519Key(device) || x25519(probe, encryption) === undefined) return refuse('weak-key');
  return accept({ device, encryption, seq, validFrom });
}
