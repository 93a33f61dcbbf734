import * as fc from 'fast-check';
import { fromUtf8 } from '../../src/domain/bytes.ts';
import { openBox, openPast } from '../../src/domain/forum-keys/boxes.ts';
import { decodeComplaint, encodeComplaint } from '../../src/domain/forum-keys/choose.ts';
import {
  checkGeneration,
  checkRecipients,
  decodeEpoch,
} from '../../src/domain/forum-keys/epoch.ts';
import { openForumMessage } from '../../src/domain/forum-keys/message.ts';
import { openForumPreKey } from '../../src/domain/forum-keys/pre-key.ts';
import {
  decodeEpochKeys,
  decodeForumPreKey,
  encodeEpochKeys,
  encodeForumPreKey,
} from '../../src/domain/forum-keys/stored.ts';
import { dial, nameSelf, openGrant } from '../../src/domain/peer-handshake/dialer.ts';
import { openOnce, sealOnce } from '../../src/domain/peer-handshake/secrets.ts';
import { answer, grant } from '../../src/domain/peer-handshake/server.ts';
import {
  makeTransportKey,
  openTransportKey,
} from '../../src/domain/peer-handshake/transport-key.ts';
import { checkWork, workNonce } from '../../src/domain/peer-handshake/work.ts';
import type { Result } from '../../src/domain/result.ts';
import { epochFor, keysFor, memberOf, now, post, spaceId as forumId } from './forum-keys-people.ts';
import { anyBytes, bytesLike, found, statementsLike, way, type Way } from './outside-input.ts';
import { must, person, seeded } from './people.ts';

const random = seeded('outside peers');
const alice = person('Alice');
const bob = person('Bob');
const speaker = { publicKey: alice.identity.publicKey, device: alice.bundle.device };

const members = [memberOf(alice), memberOf(bob)] as const;
const [me, other] = members;
const first = epochFor(members);
const second = epochFor(members, { generation: 2, past: [first], oldLogKey: random(32) });
const keys = keysFor(second.epoch, me, 'history');
const fleeting = keysFor(second.epoch, other, 'ephemeral');
const posted = post(keys, 'hello')[1];

const self = ({ identity, device }: typeof alice) => ({
  publicKey: identity.publicKey,
  transport: makeTransportKey({ owner: identity.publicKey, signer: device.signing, now }, random),
});
const [asAlice, asBob] = [self(alice), self(bob)];
const dialing = dial(random);
const answered = must(answer(asBob, dialing.message, random));
const server = { publicKey: bob.identity.publicKey, device: bob.bundle.device };
const naming = { self: asAlice, server, now };
const named = must(nameSelf(dialing, answered.message, naming));
const granting = { self: asBob, deviceOf: () => alice.bundle.device, now, until: now + 1_000 };
const granted = must(grant(answered, named.message, granting, random));
const workKey = random(32);
const challenge = { recipient: forumId, nonce: workNonce(workKey, now), delivery: random(32) };

const anyEpoch = bytesLike(first.bytes, second.bytes);
const inEpoch =
  (read: (epoch: typeof first.epoch) => Result<unknown>) =>
  (bytes: Uint8Array): Result<unknown> => {
    const epoch = decodeEpoch(bytes, forumId);
    return epoch.ok ? read(epoch.value) : epoch;
  };
const anyPosted = fc.record({
  hint: bytesLike(posted.hint),
  ciphertext: bytesLike(posted.ciphertext),
  gate: bytesLike(posted.gate),
});
export const peerWays: readonly Way[] = [
  way('forum-keys/epoch.ts#decodeEpoch', anyEpoch, (bytes) => decodeEpoch(bytes, forumId)),
  way(
    'forum-keys/epoch.ts#checkRecipients',
    anyEpoch,
    inEpoch((epoch) =>
      checkRecipients(
        epoch,
        members.map(({ member }) => member),
      ),
    ),
  ),
  way(
    'forum-keys/epoch.ts#checkGeneration',
    anyEpoch,
    inEpoch((epoch) => checkGeneration(epoch, [first.epoch])),
  ),
  way(
    'forum-keys/boxes.ts#openBox',
    anyEpoch,
    inEpoch((epoch) =>
      openBox(epoch, { spaceId: forumId, member: me.member, preKeys: [me.preKey] }),
    ),
  ),
  way(
    'forum-keys/boxes.ts#openPast',
    anyEpoch,
    inEpoch((epoch) => openPast(first.epoch, { epoch, secret: second.secret }, forumId)),
  ),
  way('forum-keys/choose.ts#decodeComplaint', bytesLike(encodeComplaint(forumId)), (bytes) =>
    decodeComplaint(bytes, me.member),
  ),
  way('forum-keys/message.ts#openForumMessage', anyPosted, (one) => [
    openForumMessage([keys], forumId, one, fromUtf8),
    openForumMessage([fleeting], forumId, one, fromUtf8),
  ]),
  way(
    'forum-keys/pre-key.ts#openForumPreKey',
    statementsLike(alice, 'forum-pre-key', me.preKey.statement),
    (bytes) => openForumPreKey(bytes, speaker, forumId),
  ),
  way(
    'forum-keys/stored.ts#decodeEpochKeys',
    bytesLike(encodeEpochKeys(keys), encodeEpochKeys(fleeting)),
    decodeEpochKeys,
  ),
  way(
    'forum-keys/stored.ts#decodeForumPreKey',
    bytesLike(encodeForumPreKey(me.preKey)),
    decodeForumPreKey,
  ),
  way(
    'peer-handshake/transport-key.ts#openTransportKey',
    statementsLike(alice, 'transport-key', asAlice.transport.statement),
    (bytes) => openTransportKey(bytes, speaker, now),
  ),
  way('peer-handshake/server.ts#answer', bytesLike(dialing.message), (bytes) =>
    answer(asBob, bytes, random),
  ),
  way('peer-handshake/dialer.ts#nameSelf', bytesLike(answered.message), (bytes) =>
    nameSelf(dialing, bytes, naming),
  ),
  way('peer-handshake/server.ts#grant', bytesLike(named.message), (bytes) =>
    grant(answered, bytes, granting, random),
  ),
  way(
    'peer-handshake/dialer.ts#openGrant',
    fc.oneof(
      bytesLike(granted.message),
      anyBytes.map((bytes) => sealOnce(named.key, named.transcript, bytes)),
    ),
    (bytes) => openGrant(named, bytes),
  ),
  way('peer-handshake/secrets.ts#openOnce', bytesLike(granted.message), (bytes) =>
    found(openOnce(named.key, named.transcript, bytes)),
  ),
  way(
    'peer-handshake/work.ts#checkWork',
    fc.tuple(bytesLike(new Uint8Array(8)), bytesLike(challenge.nonce)),
    ([solution, nonce]) =>
      checkWork({ ...challenge, nonce }, solution, { key: workKey, now, bits: 1 }),
  ),
];
