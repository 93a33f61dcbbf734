import sodium from 'libsodium-wrappers';
import { chainStart } from '../../src/domain/document/chain.ts';
import { checkAtDoor } from '../../src/domain/document/door.ts';
import { openMessage, sealMessage } from '../../src/domain/friend/message.ts';
import { createRoot, identityFromRoot } from '../../src/domain/identity.ts';
import { createDeviceKeys } from '../../src/domain/keys.ts';
import type { Result } from '../../src/domain/result.ts';
import {
  ed25519Sign,
  ed25519VerifyDetached,
  randomBytes,
  sodiumReady,
  x25519,
} from '../../src/domain/sodium.ts';
import { blogSpace } from '../../src/domain/space/charter.ts';
import { makePost } from '../../src/domain/types/post.ts';
import { createVaultKey, openVaultEntry, sealVaultEntry } from '../../src/domain/vault/seal.ts';

/** Milliseconds for each operation by name; runs in Node and in a browser's page alike. */
export async function cryptoTimings(): Promise<Record<string, number>> {
  await sodiumReady();
  const [from, to] = [
    identityFromRoot(createRoot(randomBytes)),
    identityFromRoot(createRoot(randomBytes)),
  ];
  const [sender, recipient] = [createDeviceKeys(randomBytes), createDeviceKeys(randomBytes)];
  const space = blogSpace(from.publicKey, 'News', randomBytes);
  const text = 'x'.repeat(600);

  const making = {
    spaceId: space.id,
    writer: { author: from.publicKey, signer: sender.signing },
    text,
    time: 0,
    position: chainStart,
  };
  const post = must(makePost(making, randomBytes));
  const route = { spaceId: space.id, from: from.publicKey, to: to.publicKey };
  const sealing = {
    ...route,
    text,
    time: 0,
    sender: sender.encryption,
    recipient: recipient.encryption.publicKey,
  };
  const message = must(sealMessage(sealing, randomBytes)).sealed.json;
  const opening = {
    ...route,
    sender: sender.encryption.publicKey,
    recipient: recipient.encryption,
  };
  const vaultKey = createVaultKey(randomBytes);
  const value = new TextEncoder().encode(text);
  const entry = sealVaultEntry(vaultKey, 'name', value, randomBytes);
  const signature = ed25519Sign(sender.signing.secretKey, value);

  return {
    'a post of 600 characters: hash and sign': each(() => makePost(making, randomBytes)),
    'its header at the door: strict check and verify': each(() =>
      checkAtDoor('signed', post.header.json, space.name),
    ),
    'a message of 600 characters: pad and seal (HPKE)': each(() =>
      sealMessage(sealing, randomBytes),
    ),
    'the same: open and unpad': each(() => must(openMessage(message, opening))),
    'a vault entry of 600 bytes: seal': each(() =>
      sealVaultEntry(vaultKey, 'name', value, randomBytes),
    ),
    'the same: open': each(() => must(openVaultEntry(vaultKey, entry))),
    'Ed25519 sign, 600 bytes': each(() => ed25519Sign(sender.signing.secretKey, value)),
    'Ed25519 verify, 600 bytes': each(() =>
      ed25519VerifyDetached(sender.signing.publicKey, value, signature),
    ),
    X25519: each(() => x25519(sender.encryption.secretKey, recipient.encryption.publicKey)),
    'Argon2id, 3 passes over 64 MiB (for the passphrase to come)': each(argon2id, 1),
  };
}

function argon2id(): void {
  const { crypto_pwhash, crypto_pwhash_ALG_ARGON2ID13: algorithm } = sodium;
  crypto_pwhash(32, 'a passphrase', randomBytes(16), 3, 67_108_864, algorithm);
}

/** The median of five runs, each of as many turns as make the clock's coarse steps small. */
function each(task: () => unknown, turns = 200): number {
  task();
  const runs: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const start = performance.now();
    for (let turn = 0; turn < turns; turn += 1) task();
    runs.push((performance.now() - start) / turns);
  }
  return runs.toSorted((a, b) => a - b)[2] ?? 0;
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.code}`);
  return result.value;
}
