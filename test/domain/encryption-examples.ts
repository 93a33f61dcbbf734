import {
  newConversation,
  receiveMessage,
  sendMessage,
} from '../../src/domain/conversation/conversation.ts';
import { makePreKey, openPreKey } from '../../src/domain/conversation/pre-key.ts';
import { initiate } from '../../src/domain/conversation/start.ts';
import { conversationSpace, pairSecret } from '../../src/domain/friend/pair.ts';
import { identityFromRoot } from '../../src/domain/identity.ts';
import { createDeviceKeys } from '../../src/domain/keys.ts';
import type { Random } from '../../src/domain/sodium.ts';
import { must } from './people.ts';

/** The worked examples of conversations, handshake and forum encryption, with the people of identity.md. */

type Lines = readonly (readonly [label: string, value: string | Uint8Array])[];

const time = 1_700_000_000_000;

function counting(first: number): Random {
  let next = first;
  return (length) => Uint8Array.from({ length }, () => next++ & 0xff);
}

function examplePerson(first: number) {
  const identity = identityFromRoot(counting(first)(32));
  const device = createDeviceKeys(counting(first + 0x20));
  return { identity, device, onion: identity.publicKey, encryption: device.encryption };
}

const alice = examplePerson(0x00);
const bob = examplePerson(0x80);

const preKey = makePreKey(
  { owner: bob.onion, signer: bob.device.signing, now: time },
  counting(0x10),
);
const speaker = { publicKey: bob.onion, device: bob.device.signing.publicKey };
const offer = must(openPreKey(preKey.statement, speaker));

function preKeyLines(): Lines {
  return [
    ['X25519 secret', preKey.agreement.secretKey],
    ['X25519 public', preKey.agreement.publicKey],
    ['X-Wing seed', preKey.encapsulation.secretKey],
    ['id', preKey.id],
    ['statement', preKey.statement],
  ];
}

function conversationLines(): Lines {
  const secret = must(
    pairSecret(alice.encryption.secretKey, bob.encryption.publicKey, alice.onion, bob.onion),
  );
  const { id: spaceId } = conversationSpace(secret, alice.onion, bob.onion);
  const mine = alice.encryption;
  const theirs = bob.encryption.publicKey;
  const sent = must(
    sendMessage(
      newConversation({ spaceId, me: alice.onion, friend: bob.onion }),
      { text: 'Hello, Bob', time, mine, theirs, offer },
      counting(0xe0),
    ),
  );
  const read = must(
    receiveMessage(
      newConversation({ spaceId, me: bob.onion, friend: alice.onion }),
      sent.sealed.json,
      { mine: bob.encryption, theirs: mine.publicKey, preKeys: [preKey] },
      counting(0x55),
    ),
  );
  const random = counting(0xe0);
  random(16);
  const route = { spaceId, initiator: alice.onion, responder: bob.onion };
  const { started } = must(initiate({ route, mine, theirs, offer }, random));
  return [
    ['session id', started.sessionId],
    ['root', started.root],
    ["initiator's header key", started.initiatorHeaderKey],
    ["responder's header key", started.responderHeaderKey],
    ['message', sent.sealed.ciphertext],
    ['_id', sent.sealed.id],
    ['Bob reads', read.message.text],
  ];
}

export const encryptionExamples: Readonly<Record<string, Lines>> = {
  'pre-key': preKeyLines(),
  'conversation-start': conversationLines(),
};
