import * as fc from 'fast-check';
import { makeContent, openContent } from '../../src/domain/conversation/content.ts';
import { textKind } from '../../src/domain/conversation-kinds/text.ts';
import { openPreKey } from '../../src/domain/conversation/pre-key.ts';
import {
  messageOverhead,
  openHeader,
  openPayload,
  sealHeader,
} from '../../src/domain/conversation/ratchet-seal.ts';
import { openInSession } from '../../src/domain/conversation/session.ts';
import { decodeStart, respond } from '../../src/domain/conversation/start.ts';
import { decodePreKey, encodePreKey } from '../../src/domain/conversation/stored-pre-key.ts';
import { decodeConversation, encodeConversation } from '../../src/domain/conversation/stored.ts';
import {
  openAuth,
  openBase,
  openXWing,
  sealAuth,
  sealBase,
  sealXWing,
} from '../../src/domain/hpke.ts';
import { entryKeysOf, openBox, sealBox } from '../../src/domain/vault/entry-box.ts';
import { openKeySheet, sealKeySheet } from '../../src/domain/vault/key-sheet.ts';
import { createKeyTable, openKeyTable, sealKeyTable } from '../../src/domain/vault/key-table.ts';
import { checkTime, makeStatement, openStatement } from '../../src/domain/statement.ts';
import { exchange, say, talker, tryHear } from './conversation-people.ts';
import { bytesLike, documentsLike, found, statementsLike, way, type Way } from './outside-input.ts';
import { must, person, seeded } from './people.ts';

const random = seeded('outside secrets');
const alice = person('Alice');
const bob = person('Bob');
const speaker = { publicKey: alice.identity.publicKey, device: alice.bundle.device };
const info = new Uint8Array(0);
const { encryption, sealing } = bob.device;

const [asked, hearing] = exchange(talker(alice, bob), talker(bob, alice), 'hello');
const [b, a] = exchange(hearing, asked, 'an answer, so that no start goes with what follows');
const [starter, started] = say(talker(alice, bob), talker(bob, alice), 'first');
const [speaking, message] = say(a, b, 'second');
const { spaceId } = b.conversation;
const [session] = b.conversation.sessions;
const { padded } = must(
  makeContent({ ...must(textKind.write({ text: 'hello' })), time: 5 }, random),
);
const headerKey = random(32);
const header = sealHeader(headerKey, { key: headerKey, previous: 1, number: 2 }, random);

const sealedBase = must(sealBase({ recipient: encryption.publicKey, info }, random(9), random));
const sealedAuth = must(
  sealAuth(
    { recipient: encryption.publicKey, info, sender: alice.device.encryption },
    random(9),
    random,
  ),
);
const sealedXWing = must(sealXWing({ recipient: sealing.publicKey, info }, random(9), random));
const statement = makeStatement('any', speaker.publicKey, alice.device.signing, { k: random(32) });
const heard = documentsLike(spaceId, [], [started.json, message.json]);

const sheetLock = { salt: random(16), cost: { ops: 1, memory: 8_192 } };
const stretched = random(32);
const sheetKeys = { root: random(32), device: random(96), vault: random(32) };
const sheet = sealKeySheet(sheetKeys, sheetLock, stretched, random);
const keyTable = sealKeyTable(sheetKeys.vault, createKeyTable(random), random);
const boxKeys = entryKeysOf(sheetKeys.vault);
const boxNonce = random(24);
const box = sealBox(boxKeys, 'id', boxNonce, { name: 'name', value: random(20) });

export const secretWays: readonly Way[] = [
  way('hpke.ts#openBase', bytesLike(sealedBase), (bytes) =>
    openBase({ recipient: encryption, info }, bytes),
  ),
  way(
    'hpke.ts#openAuth',
    fc.tuple(bytesLike(sealedAuth), bytesLike(alice.bundle.encryption)),
    ([bytes, sender]) => openAuth({ recipient: encryption, info, sender }, bytes),
  ),
  way('hpke.ts#openXWing', bytesLike(sealedXWing), (bytes) =>
    openXWing({ recipient: sealing, info }, bytes),
  ),
  way('vault/key-sheet.ts#openKeySheet', bytesLike(sheet), (bytes) =>
    openKeySheet(bytes, stretched),
  ),
  way('vault/key-table.ts#openKeyTable', bytesLike(keyTable), (bytes) =>
    openKeyTable(sheetKeys.vault, bytes),
  ),
  way('vault/entry-box.ts#openBox', bytesLike(box), (bytes) =>
    openBox(boxKeys, 'id', boxNonce, bytes),
  ),
  way('statement.ts#openStatement', statementsLike(alice, 'any', statement), (bytes) =>
    openStatement('any', speaker, bytes),
  ),
  way('statement.ts#checkTime', fc.tuple(fc.double(), fc.double(), fc.double()), (times) =>
    checkTime({ from: times[0], until: times[1] }, times[2]),
  ),
  way('conversation/conversation.ts#receiveMessage', heard, (json) => [
    tryHear(b, speaking, json),
    tryHear(talker(bob, alice), starter, json),
  ]),
  way('conversation/content.ts#openContent', bytesLike(padded), openContent),
  way(
    'conversation/pre-key.ts#openPreKey',
    statementsLike(alice, 'pre-key', alice.preKey.statement),
    (bytes) => openPreKey(bytes, speaker),
  ),
  way(
    'conversation/stored-pre-key.ts#decodePreKey',
    bytesLike(encodePreKey(alice.preKey)),
    decodePreKey,
  ),
  way(
    'conversation/stored.ts#decodeConversation',
    bytesLike(encodeConversation(b.conversation), encodeConversation(speaking.conversation)),
    decodeConversation,
  ),
  way('conversation/session.ts#openInSession', bytesLike(message.ciphertext.slice(1)), (bytes) =>
    session === undefined ? [] : openInSession(session, 2, bytes, random),
  ),
  way('conversation/ratchet-seal.ts#openHeader', bytesLike(header), (bytes) =>
    found(openHeader(headerKey, bytes)),
  ),
  way(
    'conversation/ratchet-seal.ts#openPayload',
    bytesLike(new Uint8Array(messageOverhead)),
    (bytes) => found(openPayload(headerKey, info, bytes)),
  ),
  way(
    'conversation/start.ts#decodeStart',
    bytesLike(started.ciphertext.slice(1, 1_185)),
    (bytes) => {
      const block = decodeStart(bytes);
      const route = {
        spaceId,
        initiator: alice.identity.publicKey,
        responder: bob.identity.publicKey,
      };
      const [preKey = bob.preKey] = b.preKeys;
      return respond({ route, mine: encryption, theirs: alice.bundle.encryption, preKey, block });
    },
  ),
];
