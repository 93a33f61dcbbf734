import { decodeCbor, encodeCbor } from '../cbor.ts';
import {
  bytesOf,
  bytesUpTo,
  decodeFields,
  isCount,
  isHash,
  isTime,
  listOf,
  nullOr,
  oneOf,
  recordOf,
} from '../fields.ts';
import { limits } from '../limits.ts';
import { accept, type Result } from '../result.ts';
import type { EpochKeys } from './epoch-keys.ts';
import { epochLimits } from './epoch.ts';
import type { ForumPreKey } from './pre-key.ts';
import { chainLimits, type SenderChain } from './sender-chain.ts';

/** The vault's form of one epoch's keys. */
export function encodeEpochKeys(keys: EpochKeys): Uint8Array {
  return encodeCbor({
    v: 1,
    i: keys.id,
    g: keys.generation,
    n: keys.hint,
    h: keys.headerKey,
    m: keys.gateKey,
    s: keys.secret,
    c: keys.chains.map(chainToCbor),
    o: chainToCbor(keys.own),
    k: keys.skipped.map(({ sender, number, key }) => ({ s: sender, n: number, k: key })),
  });
}

const isStep = recordOf({ s: isHash, n: isCount, k: isHash });

export function decodeEpochKeys(bytes: Uint8Array): Result<EpochKeys> {
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, {
    v: oneOf(1),
    i: isHash,
    g: isCount,
    n: bytesOf(8),
    h: isHash,
    m: isHash,
    s: nullOr(isHash),
    c: listOf(isStep, epochLimits.recipients),
    o: isStep,
    k: listOf(isStep, chainLimits.skippedKept),
  });
  if (!fields.ok) return fields;
  const { i: id, g: generation, n: hint, h: headerKey, m: gateKey, s: secret } = fields.value;
  const { c, o, k } = fields.value;
  return accept({
    id,
    generation,
    hint,
    headerKey,
    gateKey,
    secret,
    chains: c.map(chainFrom),
    own: chainFrom(o),
    skipped: k.map(({ s: sender, n: number, k: key }) => ({ sender, number, key })),
  });
}

function chainToCbor({ sender, next, key }: SenderChain) {
  return { s: sender, n: next, k: key };
}

function chainFrom({ s, n, k }: { s: Uint8Array; n: number; k: Uint8Array }): SenderChain {
  return { sender: s, next: n, key: k };
}

/** The vault's form of one of our pre-keys for a forum. */
export function encodeForumPreKey({ id, keys, statement, until }: ForumPreKey): Uint8Array {
  return encodeCbor({ v: 1, i: id, k: keys.publicKey, x: keys.secretKey, s: statement, u: until });
}

export function decodeForumPreKey(bytes: Uint8Array): Result<ForumPreKey> {
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, {
    v: oneOf(1),
    i: bytesOf(8),
    k: isHash,
    x: isHash,
    s: bytesUpTo(limits.statementBytes),
    u: isTime,
  });
  if (!fields.ok) return fields;
  const { i: id, k: publicKey, x: secretKey, s: statement, u: until } = fields.value;
  return accept({ id, keys: { publicKey, secretKey }, statement, until });
}
