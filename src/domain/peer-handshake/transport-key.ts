import { decodeFields, isHash, isTime } from '../fields.ts';
import { accept, refuse, type Result } from '../result.ts';
import { x25519, x25519PublicKey, type KeyPair, type Random } from '../sodium.ts';
import { checkTime, makeStatement, openStatement, type Speaker } from '../statement.ts';

/**
 * The short-lived X25519 key that the add-on lends its host while unlocked, so that the host can show
 * who it speaks for without holding a key that matters for longer.
 */
export interface TransportKey {
  readonly keys: KeyPair;
  /** The device's word for it, as it is shown to peers. */
  readonly statement: Uint8Array;
  readonly until: number;
}

const purpose = 'transport-key';
const life = 24 * 3_600_000;
/** Clocks differ: a key counts this long before it begins. */
const ahead = 600_000;
const probe = new Uint8Array(32).fill(9);

/** No longer than any made by `makeTransportKey`. */
export const transportStatementBytes = 256;

export interface TransportKeyMaking {
  readonly owner: Uint8Array;
  readonly signer: KeyPair;
  readonly now: number;
}

export function makeTransportKey(
  { owner, signer, now }: TransportKeyMaking,
  random: Random,
): TransportKey {
  const secretKey = random(32);
  const publicKey = x25519PublicKey(secretKey);
  const until = now + life;
  const statement = makeStatement(purpose, owner, signer, { k: publicKey, f: now, u: until });
  return { keys: { publicKey, secretKey }, statement, until };
}

/** The public key, if the speaker's device certifies it for now. */
export function openTransportKey(
  statement: Uint8Array,
  speaker: Speaker,
  now: number,
): Result<Uint8Array> {
  const content = openStatement(purpose, speaker, statement);
  if (!content.ok) return content;
  const fields = decodeFields(content.value, { k: isHash, f: isTime, u: isTime });
  if (!fields.ok) return fields;
  const { k: key, f: from, u: until } = fields.value;
  const timely = checkTime({ from: from - ahead, until }, now);
  if (!timely.ok) return timely;
  return x25519(probe, key) === undefined ? refuse('weak-key') : accept(key);
}
