import sodium from 'libsodium-wrappers';
import {
  newConversation,
  receiveMessage,
  sendMessage,
} from '../../src/domain/conversation/conversation.ts';
import { textKind } from '../../src/domain/conversation-kinds/text.ts';
import { makePreKey, openPreKey } from '../../src/domain/conversation/pre-key.ts';
import { chainStart } from '../../src/domain/document/chain.ts';
import { checkAtDoor } from '../../src/domain/document/door.ts';
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
  const content = must(textKind.write({ text }));

  const making = {
    spaceId: space.id,
    writer: { author: from.publicKey, signer: sender.signing },
    text,
    time: 0,
    position: chainStart,
  };
  const post = must(makePost(making, randomBytes));
  const now = Date.now();
  const preKey = makePreKey({ owner: to.publicKey, signer: recipient.signing, now }, randomBytes);
  const speaker = { publicKey: to.publicKey, device: recipient.signing.publicKey };
  const sending = {
    content,
    time: now,
    now,
    mine: sender.encryption,
    theirs: recipient.encryption.publicKey,
    offer: must(openPreKey(preKey.statement, speaker)),
  };
  const fresh = newConversation({ spaceId: space.id, me: from.publicKey, friend: to.publicKey });
  const first = must(sendMessage(fresh, sending, randomBytes));
  const receiving = {
    mine: recipient.encryption,
    theirs: sender.encryption.publicKey,
    preKeys: [preKey],
  };
  const unheard = newConversation({
    spaceId: space.id,
    me: to.publicKey,
    friend: from.publicKey,
  });
  const hear = () => must(receiveMessage(unheard, first.sealed.json, receiving, randomBytes));
  const heard = hear().conversation;
  const answering = {
    content,
    time: now,
    now,
    mine: recipient.encryption,
    theirs: sender.encryption.publicKey,
  };
  const say = () => must(sendMessage(heard, answering, randomBytes));
  const answer = say().sealed.json;
  const hearing = { mine: sender.encryption, theirs: sending.theirs, preKeys: [] };
  const vaultKey = createVaultKey(randomBytes);
  const value = new TextEncoder().encode(text);
  const entry = sealVaultEntry(vaultKey, 'name', value, randomBytes);
  const signature = ed25519Sign(sender.signing.secretKey, value);

  return {
    'a post of 600 characters: hash and sign': each(() => makePost(making, randomBytes)),
    'its header at the door: strict check and verify': each(() =>
      checkAtDoor('signed', post.header.json, space.name),
    ),
    'a conversation: begin it with a message of 600 characters': each(
      () => must(sendMessage(fresh, sending, randomBytes)),
      50,
    ),
    'the same: open it': each(hear, 50),
    'a message of 600 characters: seal': each(say),
    'the same: open (the ratchet turns)': each(() =>
      must(receiveMessage(first.conversation, answer, hearing, randomBytes)),
    ),
    'a vault entry of 600 bytes: seal': each(() =>
      sealVaultEntry(vaultKey, 'name', value, randomBytes),
    ),
    'the same: open': each(() => must(openVaultEntry(vaultKey, entry))),
    'Ed25519 sign, 600 bytes': each(() => ed25519Sign(sender.signing.secretKey, value)),
    'Ed25519 verify, 600 bytes': each(() =>
      ed25519VerifyDetached(sender.signing.publicKey, value, signature),
    ),
    X25519: each(() => x25519(sender.encryption.secretKey, recipient.encryption.publicKey)),
    'Argon2id, 3 passes over 64 MiB (for the passphrase)': each(argon2id, 1),
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
