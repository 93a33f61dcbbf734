import { textKind } from '../../src/domain/conversation-kinds/text.ts';
import { utf8 } from '../../src/domain/bytes.ts';
import {
  newConversation,
  receiveMessage,
  sendMessage,
} from '../../src/domain/conversation/conversation.ts';
import { makePreKey, openPreKey } from '../../src/domain/conversation/pre-key.ts';
import { initiate } from '../../src/domain/conversation/start.ts';
import { makeEpoch, newLogKey } from '../../src/domain/forum-keys/boxes.ts';
import { keysOfEpoch } from '../../src/domain/forum-keys/epoch-keys.ts';
import { sealForumMessage } from '../../src/domain/forum-keys/message.ts';
import { makeForumPreKey } from '../../src/domain/forum-keys/pre-key.ts';
import { conversationSpace, pairSecret } from '../../src/domain/friend/pair.ts';
import { identityFromRoot } from '../../src/domain/identity.ts';
import { createDeviceKeys } from '../../src/domain/keys.ts';
import { dial, nameSelf, openGrant } from '../../src/domain/peer-handshake/dialer.ts';
import { answer, grant } from '../../src/domain/peer-handshake/server.ts';
import { makeTransportKey } from '../../src/domain/peer-handshake/transport-key.ts';
import {
  deliveryHash,
  searchWork,
  workDone,
  workNonce,
} from '../../src/domain/peer-handshake/work.ts';
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
      {
        content: must(textKind.write({ text: 'Hello, Bob' })),
        time,
        now: time,
        mine,
        theirs,
        offer,
      },
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
    ['Bob reads', must(textKind.read(read.message)).text],
  ];
}

function handshakeLines(): Lines {
  const transportOf = (person: typeof alice, first: number) => ({
    publicKey: person.onion,
    transport: makeTransportKey(
      { owner: person.onion, signer: person.device.signing, now: time },
      counting(first),
    ),
  });
  const self = transportOf(alice, 0x30);
  const serving = transportOf(bob, 0x50);
  const dialing = dial(counting(0x70));
  const answered = must(answer(serving, dialing.message, counting(0x90)));
  const named = must(nameSelf(dialing, answered.message, { self, server: speaker, now: time }));
  const granting = {
    self: serving,
    deviceOf: () => alice.device.signing.publicKey,
    now: time,
    until: time + 3_600_000,
  };
  const granted = must(grant(answered, named.message, granting, counting(0xb0)));
  return [
    ["Alice's statement", self.transport.statement],
    ['1', dialing.message],
    ['2', answered.message],
    ['3', named.message],
    ['4', granted.message],
    ['token', must(openGrant(named, granted.message)).token],
    ['its hash', granted.tokenHash],
  ];
}

function workLines(): Lines {
  const challenge = {
    recipient: bob.onion,
    nonce: workNonce(counting(0)(32), time),
    delivery: deliveryHash(utf8('Hello, Bob')),
  };
  const solution = searchWork(challenge, 12, 0, 1_000_000) ?? new Uint8Array(0);
  return [
    ['nonce', challenge.nonce],
    ['hash of the delivery', challenge.delivery],
    ['first solution', solution],
    ['zero bits', String(workDone(challenge, solution))],
  ];
}

const forum = new Uint8Array(32).fill(0xaa);

function forumMember(person: typeof alice, first: number) {
  const making = { spaceId: forum, owner: person.onion, signer: person.device.signing, now: time };
  const { id, keys, statement } = makeForumPreKey(making, counting(first));
  return { member: person.onion, preKey: { id, key: keys.publicKey }, statement };
}

const members = [forumMember(alice, 0x30), forumMember(bob, 0x50)];
const made = must(
  makeEpoch(
    { spaceId: forum, generation: 1, members, oldLogKey: new Uint8Array(32).fill(0xff) },
    counting(0),
  ),
);

function epochLines(): Lines {
  return [
    ...members.map(({ statement }) => ['pre-key statement', statement] as const),
    ['secret', made.secret],
    ['epoch', made.bytes],
    ['id', made.epoch.id],
    ['new log key', newLogKey(made.epoch, made.secret) ?? new Uint8Array(0)],
  ];
}

function forumMessageLines(): Lines {
  const mode = { mode: 'history', me: alice.onion } as const;
  const keys = must(keysOfEpoch(made.epoch, made.secret, mode));
  const { message } = must(sealForumMessage(keys, forum, utf8('Hello, all'), counting(0xc0)));
  return [
    ['first chain key', keys.own.key],
    ['header key', keys.headerKey],
    ['gate key', keys.gateKey],
    ['document', utf8('Hello, all')],
    ['k', message.hint],
    ['c', message.ciphertext],
    ['g', message.gate],
  ];
}

export const encryptionExamples: Readonly<Record<string, Lines>> = {
  'pre-key': preKeyLines(),
  'conversation-start': conversationLines(),
  handshake: handshakeLines(),
  'proof-of-work': workLines(),
  epoch: epochLines(),
  'forum-message': forumMessageLines(),
};
