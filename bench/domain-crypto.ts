import sodium from 'libsodium-wrappers';
import {
  newConversation,
  receiveMessage,
  sendMessage,
} from '../src/domain/conversation/conversation.ts';
import { textKind } from '../src/domain/conversation-kinds/text.ts';
import { makePreKey, openPreKey } from '../src/domain/conversation/pre-key.ts';
import { makeEpoch, openBox } from '../src/domain/forum-keys/boxes.ts';
import { keysOfEpoch } from '../src/domain/forum-keys/epoch-keys.ts';
import { openForumMessage, sealForumMessage } from '../src/domain/forum-keys/message.ts';
import { dial, nameSelf, openGrant } from '../src/domain/peer-handshake/dialer.ts';
import { answer, grant } from '../src/domain/peer-handshake/server.ts';
import { makeTransportKey } from '../src/domain/peer-handshake/transport-key.ts';
import { searchWork } from '../src/domain/peer-handshake/work.ts';
import { accept, type Result } from '../src/domain/result.ts';
import {
  argon2id,
  chachaSeal,
  ed25519KeyPair,
  ed25519Sign,
  randomBytes,
  sha256,
  sodiumReady,
  x25519,
  x25519PublicKey,
  xwingEncapsulate,
  xwingKeyPair,
} from '../src/domain/sodium.ts';

/**
 * What encryption costs, each figure beside the bare primitives it is made of, so that our own
 * overhead shows as a ratio. Prints one line of JSON for each.
 */

await sodiumReady();

const now = 1_700_000_000_000;
const text = 'x'.repeat(600);
const content = must(textKind.write({ text }));

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.code}`);
  return result.value;
}

/** Milliseconds of one run: the median of several batches. */
function time(runs: number, run: () => unknown): number {
  const batches = Array.from({ length: 5 }, () => {
    const start = performance.now();
    for (let index = 0; index < runs; index += 1) run();
    return (performance.now() - start) / runs;
  });
  return batches.toSorted((a, b) => a - b)[2] ?? 0;
}

function report(what: string, milliseconds: number, bare: number): void {
  const line = {
    what,
    milliseconds: Number(milliseconds.toFixed(4)),
    bare: Number(bare.toFixed(4)),
    ratio: Number((milliseconds / bare).toFixed(2)),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function person() {
  const signing = ed25519KeyPair(randomBytes(32));
  const secretKey = randomBytes(32);
  const encryption = { publicKey: x25519PublicKey(secretKey), secretKey };
  return { onion: randomBytes(32), signing, encryption };
}

const alice = person();
const bob = person();
const spaceId = randomBytes(32);

const post = new Uint8Array(640);
const key = randomBytes(32);
const nonce = new Uint8Array(12);
const sealing = time(2_000, () => chachaSeal({ key, nonce, associated: nonce }, post));
const agreement = time(500, () => x25519(alice.encryption.secretKey, bob.encryption.publicKey));
const signing = time(500, () => ed25519Sign(alice.signing.secretKey, post));
const xwing = xwingKeyPair(randomBytes(32));
const encapsulation = time(200, () => xwingEncapsulate(xwing.publicKey, randomBytes(64)));

function conversations(): void {
  const preKey = makePreKey({ owner: bob.onion, signer: bob.signing, now }, randomBytes);
  const speaker = { publicKey: bob.onion, device: bob.signing.publicKey };
  const offer = must(openPreKey(preKey.statement, speaker));
  const mine = alice.encryption;
  const theirs = bob.encryption.publicKey;
  const sending = { content, time: now, now, mine, theirs, offer };
  const fresh = newConversation({ spaceId, me: alice.onion, friend: bob.onion });
  const start = () => must(sendMessage(fresh, sending, randomBytes));
  report('conversation: start and first message', time(50, start), encapsulation + 4 * agreement);

  const first = start();
  const receiving = { mine: bob.encryption, theirs: mine.publicKey, preKeys: [preKey] };
  const receiver = newConversation({ spaceId, me: bob.onion, friend: alice.onion });
  const hear = (json: unknown) => must(receiveMessage(receiver, json, receiving, randomBytes));
  report(
    'conversation: read a start',
    time(50, () => hear(first.sealed.json)),
    encapsulation + 5 * agreement,
  );
  const answering = { content, time: now, now, mine: bob.encryption, theirs: mine.publicKey };
  const heard = hear(first.sealed.json).conversation;
  const say = () => must(sendMessage(heard, answering, randomBytes));
  report('conversation: seal 600 bytes', time(500, say), sealing);
  const { sealed } = say();
  report(
    'conversation: read an answer (ratchet turns)',
    time(200, () =>
      must(
        receiveMessage(first.conversation, sealed.json, { mine, theirs, preKeys: [] }, randomBytes),
      ),
    ),
    sealing + 2 * agreement,
  );
}

function handshakes(): void {
  const selfOf = ({ onion, signing: signer }: typeof alice) => ({
    publicKey: onion,
    transport: makeTransportKey({ owner: onion, signer, now }, randomBytes),
  });
  const self = selfOf(alice);
  const serving = selfOf(bob);
  const server = { publicKey: bob.onion, device: bob.signing.publicKey };
  const deviceOf = () => alice.signing.publicKey;
  const granting = { self: serving, deviceOf, now, until: now };
  const whole = time(50, () => {
    const dialing = dial(randomBytes);
    const answered = must(answer(serving, dialing.message, randomBytes));
    const named = must(nameSelf(dialing, answered.message, { self, server, now }));
    openGrant(named, must(grant(answered, named.message, granting, randomBytes)).message);
  });
  report('handshake, both sides', whole, 8 * agreement);
  const challenge = { recipient: bob.onion, nonce: key, delivery: key };
  const tries = 20_000;
  const search = time(1, () => searchWork(challenge, 200, 0, tries)) / tries;
  const input = new Uint8Array(120);
  report(
    'proof of work: one try',
    search,
    time(20_000, () => sha256(input)),
  );
}

function forums(): void {
  for (const size of [2, 50, 500]) {
    const members = Array.from({ length: size }, () => {
      const secretKey = randomBytes(32);
      const keys = { publicKey: x25519PublicKey(secretKey), secretKey };
      return { member: randomBytes(32), preKey: { id: randomBytes(8), key: keys.publicKey }, keys };
    });
    const [me] = members;
    if (me === undefined) return;
    const make = () => must(makeEpoch({ spaceId, generation: 1, members }, randomBytes));
    report(`epoch for ${size} members`, time(2, make), 2 * size * agreement);
    const { epoch } = make();
    const held = { id: me.preKey.id, keys: me.keys, statement: new Uint8Array(0), until: now };
    const opening = { spaceId, member: me.member, preKeys: [held] };
    const mode = { mode: 'ephemeral', me: me.member } as const;
    const receive = () => must(keysOfEpoch(epoch, must(openBox(epoch, opening)), mode));
    report(`receive an epoch for ${size}`, time(10, receive), agreement);
    const keys = receive();
    const seal = () => {
      ed25519Sign(alice.signing.secretKey, post);
      return must(sealForumMessage(keys, spaceId, post, randomBytes));
    };
    report(`sign and seal 600 bytes, ${size} members`, time(200, seal), signing + sealing);
    const history = { ...mode, mode: 'history' } as const;
    const reader = must(keysOfEpoch(epoch, must(openBox(epoch, opening)), history));
    const { message } = seal();
    const read = () => must(openForumMessage([reader], spaceId, message, accept));
    report(`open 600 bytes, ${size} members`, time(200, read), sealing);
  }
}

/** What the safe costs to open: three passes over 64 MiB. */
function passphrase(): void {
  const [password, salt] = [randomBytes(20), randomBytes(16)];
  const cost = { ops: 3, memory: 67_108_864 };
  const { crypto_pwhash: bare, crypto_pwhash_ALG_ARGON2ID13: algorithm } = sodium;
  report(
    'Argon2id, 3 passes over 64 MiB',
    time(1, () => argon2id(password, salt, cost)),
    time(1, () => bare(32, password, salt, cost.ops, cost.memory, algorithm)),
  );
}

passphrase();
conversations();
handshakes();
forums();
