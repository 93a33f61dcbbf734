import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkSealedAtDoor,
  makeGated,
  unwrapGated,
  wrapGated,
} from '../../src/domain/document/gated.ts';
import { compareBytes, concat, equalBytes } from '../../src/domain/bytes.ts';
import { encodeCbor } from '../../src/domain/cbor.ts';
import { fileLimits } from '../../src/domain/document/file.ts';
import { domainString } from '../../src/domain/hash.ts';
import { pad } from '../../src/domain/padding.ts';
import { xchachaSeal } from '../../src/domain/sodium.ts';
import { chainLimits } from '../../src/domain/forum-keys/sender-chain.ts';
import { joinFile } from '../../src/domain/document/chunk.ts';
import { signDocument } from '../../src/domain/document/signed.ts';
import { signForLog } from '../../src/domain/forum/author.ts';
import { sayFarewell } from '../../src/domain/forum/farewell.ts';
import { withPreKey, addToForum } from '../../src/domain/forum/add.ts';
import { encodeInner } from '../../src/domain/forum/inner.ts';
import { offersIn } from '../../src/domain/forum/key-words.ts';
import { sealForLog, logKeyFrom } from '../../src/domain/forum/log-key.ts';
import { issueEpoch } from '../../src/domain/forum/issue-epoch.ts';
import { openSealedBody } from '../../src/domain/forum/sealed-body.ts';
import { statedId } from '../../src/domain/document/id.ts';
import { packForum, unpackForum } from '../../src/domain/forum/packed-forum.ts';
import { restoreForum } from '../../src/domain/forum/restore.ts';
import { epochNameOf, joinForum, type ForumState } from '../../src/domain/forum/state.ts';
import { evaluatePrivateForum, type PrivateForum, viewForum } from '../../src/domain/forum/view.ts';
import { sealFile, writeInForum } from '../../src/domain/forum/write.ts';
import { decodeEpoch, encodeEpoch } from '../../src/domain/forum-keys/epoch.ts';
import { sealForumMessage, openForumMessage } from '../../src/domain/forum-keys/message.ts';
import { makeForumPreKey } from '../../src/domain/forum-keys/pre-key.ts';
import { nameOf, personOf } from '../../src/domain/membership/operation.ts';
import { accept } from '../../src/domain/result.ts';
import { blogSpace } from '../../src/domain/space/charter.ts';
import { now, Place, type Member } from './private-people.ts';
import { must, person, postsIn, seeded } from './people.ts';

const owner = person('Alice').identity.publicKey;
const plan = {
  kind: 'private-forum',
  owner,
  title: 'Plot',
  rule: 'majority',
  dormancy: false,
} as const;
const refused = (code: string) => ({ ok: false, code });

function three(mode: 'history' | 'ephemeral' = 'history', seed = 'three') {
  const place = new Place({ ...plan, mode }, seed);
  const [alice, bob, carol] = ['Alice', 'Bob', 'Carol'].map((name) => place.person(name));
  if (!alice || !bob || !carol) throw new Error('nobody');
  alice.found([bob, carol]);
  for (const one of [alice, bob, carol]) one.offerPreKey();
  for (const one of [alice, bob, carol]) one.read();
  return { place, alice, bob, carol };
}

const codes = ({ forum }: Member) => [...forum.refused.values()].toSorted();

test.each(['history', 'ephemeral'] as const)('three people found a forum and talk (%s)', (mode) => {
  const { alice, bob, carol } = three(mode);
  const question = alice.post('Who brings bread?');
  bob.read().post('I do', question);
  carol.read();
  expect(carol.texts()).toEqual(['I do', 'Who brings bread?']);
  expect(carol.forum.membership.members.size).toBe(3);
  const ends = carol.forum.chains.map(({ head }) => head.seq);
  expect(ends.toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
  alice.read();
  expect(alice.texts()).toEqual(['I do', 'Who brings bread?']);
  expect([...codes(alice), ...codes(carol)]).toEqual([]);
});

test('with history Dave, who is let in later, reads from the beginning', () => {
  const { place, alice, bob } = three('history');
  alice.post('before Dave');
  const dave = place.person('Dave');
  alice.admit(dave, [bob]);
  alice.post('with Dave');
  bob.read().post('welcome');
  dave.read();
  expect(dave.texts()).toEqual(['before Dave', 'welcome', 'with Dave']);
  dave.post('hello');
  expect(bob.read().texts()).toContain('hello');
});

test('without history Dave reads nothing from before, and everything from then on', () => {
  const { place, alice, bob } = three('ephemeral');
  alice.post('before Dave');
  const dave = place.person('Dave');
  alice.admit(dave, [bob]);
  alice.post('with Dave');
  dave.read();
  expect(dave.texts()).toEqual(['with Dave']);
  expect(dave.forum.state.unopened.size).toBeGreaterThan(0);
  expect(bob.read().texts()).toEqual(['before Dave', 'with Dave']);
});

test('Carol is removed: what she wrote stays, she reads nothing from then on, newcomers read it all', () => {
  const { place, alice, bob, carol } = three();
  const dave = place.person('Dave');
  carol.post('while I belong');
  alice.read().remove(carol, [bob]).post('without Carol');
  expect(alice.texts()).toEqual(['while I belong', 'without Carol']);
  carol.read();
  expect(carol.texts()).not.toContain('without Carol');
  expect(carol.forum.membership.members.size).toBe(2);
  expect(() => carol.post('still here')).toThrow('unknown-epoch');
  bob.read();
  alice.admit(dave, [bob]);
  dave.read().post('hello');
  expect(dave.forum.membership.members.size).toBe(3);
  expect(dave.texts()).toEqual(['hello', 'while I belong', 'without Carol']);
  // The log is closed to her from the epoch on that her removal brought about.
  expect(carol.read().forum.membership.members.size).toBe(2);
});

test('each removal closes the log anew: Dave, put out after Carol, learns of nobody who comes later', () => {
  const { place, alice, bob, carol } = three();
  const [dave, eve] = [place.person('Dave'), place.person('Eve')];
  alice.admit(dave, [bob]);
  alice.remove(carol, [bob, dave]);
  const keys = alice.forum.state.logKeys.size;
  dave.read();
  bob.read();
  alice.remove(dave, [bob]);
  expect(alice.forum.state.logKeys.size).toBe(keys + 1);
  bob.read();
  alice.admit(eve, [bob]);
  expect(alice.forum.membership.members.size).toBe(3);
  for (const out of [carol, dave]) {
    const known = out.read().forum.membership.membership.admissions.keys();
    expect([...known]).not.toContain(personOf(eve.onion));
  }
});

test('Dave is let in and put out again: nobody writes by the keys from before him, which he was handed', () => {
  const { alice, bob, carol, place } = three('history');
  const dave = place.person('Dave');
  const before = alice.forum.epoch;
  alice.admit(dave, [bob]);
  for (const member of [bob, carol]) member.read();
  alice.carry('remove', dave, [bob, carol]);
  expect(alice.forum.membership.members.size).toBe(before?.epoch.recipients.length);
  expect(alice.forum.epoch).toBeUndefined();
  alice.epoch();
  expect(bob.read().forum.epoch?.epoch.generation).toBe(3);
});

test('Carol goes and comes back: the keys of now hand on those of the time between', () => {
  const { alice, bob, carol } = three('history');
  carol.operate({ type: 'leave' });
  alice.read().epoch();
  bob.read().post('while Carol was away');
  alice.read().carry('admit', carol, [bob]);
  expect(alice.forum.epoch).toBeUndefined();
  alice.epoch([carol]);
  carol.join(alice.invitation());
  expect(carol.texts()).toContain('while Carol was away');
});

test('Carol leaves: what is before it in her own chain stays, what she back-dates does not', () => {
  const { place, alice, carol } = three();
  const before = carol.forum;
  carol.post('goodbye soon');
  carol.operate({ type: 'leave' });
  const late = writeInForum(
    before,
    carol.author,
    { what: 'post', text: 'back again' },
    place.random,
  );
  place.publish(must(late).documents);
  alice.read();
  expect(alice.texts()).toEqual(['goodbye soon']);
  expect(codes(alice)).toEqual(['departed-meanwhile']);
});

test('only who decided can say what was there: a farewell by somebody else changes nothing', () => {
  const { place, alice, bob, carol } = three();
  const before = carol.forum;
  const decision = alice.carry('remove', carol, [bob]);
  const late = must(
    writeInForum(before, carol.author, { what: 'post', text: 'me again' }, place.random),
  );
  place.publish(late.documents);
  const content = { d: decision.hash, h: [late.signed.hash] };
  const said = must(signForLog(bob.read().forum, bob.author, { type: 'farewell', content }));
  bob.publishInLog(said);
  expect(alice.read().texts()).toEqual([]);
  const removal = { decision: decision.hash, removed: [place.person('Mallory').onion] };
  expect(sayFarewell(alice.forum, alice.author, removal)).toEqual(refused('malformed'));
});

test('Carol back-dates a post: it is beside her removal, and counts for nobody', () => {
  const { alice, bob, carol } = three();
  const before = carol.forum;
  alice.remove(carol, [bob]);
  bob.read();
  const written = must(
    writeInForum(
      before,
      carol.author,
      { what: 'post', text: 'as of yesterday' },
      carol.place.random,
    ),
  );
  carol.place.publish(written.documents);
  expect(bob.read().texts()).toEqual([]);
  expect(codes(bob)).toEqual(['departed-meanwhile']);
});

test('Mallory has nothing: she opens nothing. With an invitation alone she reads the log, no message', () => {
  const { place, alice } = three();
  alice.post('secret');
  const mallory = place.person('Mallory');
  const none = { ...alice.invitation(), logKeys: [place.random(32)] };
  const state = must(joinForum(none, { me: mallory.onion, preKeys: [mallory.preKey] }));
  expect(evaluatePrivateForum(state, place.documents)).toEqual(refused('unknown-anchor'));
  mallory.join(alice.invitation());
  expect(mallory.forum.membership.members.size).toBe(3);
  expect(mallory.texts()).toEqual([]);
  expect(mallory.forum.gateKeys).toHaveLength(1);
});

test('Bob gets a bad box, complains, and a new epoch takes its place', () => {
  const { place, alice, bob, carol } = three();
  const stranger = place.person('Mallory');
  const told = new Map([[personOf(bob.onion), stranger.offer]]);
  const bad = must(issueEpoch(carol.forum, carol.author, { told, random: place.random }));
  place.publish(bad.documents);
  bob.read();
  const { complaintDue, epoch } = bob.forum;
  expect([complaintDue?.epoch.generation, epoch]).toEqual([2, undefined]);
  expect(alice.read().forum.epoch?.epoch.generation).toBe(2);
  expect(writeInForum(bob.forum, bob.author, { what: 'post', text: 'x' }, place.random)).toEqual(
    refused('unknown-epoch'),
  );
  bob.complain(complaintDue?.epoch.id ?? place.random(32));
  expect(alice.read().forum.epoch?.epoch.generation).toBe(1);
  const next = alice.epoch();
  expect(bob.read().forum.epoch?.name).toBe(alice.forum.epoch?.name);
  expect(next.type).toBe('epoch');
  bob.post('now I can');
  expect(alice.read().texts()).toEqual(['now I can']);
});

test('a complaint about an epoch that changed the log key: the next one changes it again', () => {
  const { place, alice, bob, carol } = three();
  alice.carry('remove', carol, [bob]);
  const stranger = place.person('Mallory');
  const told = new Map([[personOf(bob.onion), stranger.offer]]);
  const bad = must(issueEpoch(alice.forum, alice.author, { told, random: place.random }));
  place.publish(bad.documents);
  bob.read();
  bob.complain(bob.forum.complaintDue?.epoch.id ?? place.random(32));
  alice.read();
  const again = must(issueEpoch(alice.forum, alice.author, { random: place.random }));
  expect(again.documents).toHaveLength(2);
  place.publish(again.documents);
  alice.read().post('just us');
  expect(bob.read().texts()).toEqual(['just us']);
  expect(carol.read().texts()).toEqual([]);
});

test('epochs by strangers, for the wrong people, or with a number of their own do not count', () => {
  const { place, alice, bob, carol } = three();
  const dave = place.person('Dave');
  const early = alice.forum;
  alice.carry('admit', dave, [bob]);
  const issue = (told: readonly Member[] = []) =>
    must(
      issueEpoch(told.length === 0 ? early : alice.forum, alice.author, {
        told: new Map(told.map((one) => [personOf(one.onion), one.offer])),
        random: place.random,
      }),
    ).signed;
  const [old, right] = [issue(), issue([dave])];
  const publish = (
    epoch: Uint8Array,
    parents: readonly Uint8Array[],
    { writer, position, time } = alice.author,
  ) => {
    const own = { author: writer.author, signer: writer.signer, ...position, time };
    const content = { e: epoch };
    const spaceId = place.space.id;
    const signed = signDocument({ ...own, spaceId, type: 'epoch', parents, content });
    const before = new Set(alice.forum.refused.keys());
    alice.publishInLog(signed);
    const news = [...alice.forum.refused].filter(([id]) => !before.has(id));
    return { signed, codes: news.map(([, code]) => code) };
  };
  const bytesOf = ({ content }: typeof old) => {
    const bytes = content?.['e'];
    if (!(bytes instanceof Uint8Array)) throw new Error('no epoch');
    return bytes;
  };
  const wrong = publish(bytesOf(old), right.parents);
  expect(wrong.codes).toEqual(['wrong-members']);
  expect(publish(bytesOf(right), [...right.parents, wrong.signed.hash]).codes).toEqual([
    'bad-ancestry',
  ]);
  const mallory = { ...alice.author, writer: place.person('Mallory').person.writer };
  expect(publish(bytesOf(right), right.parents, mallory).codes).toEqual(['not-a-member']);
  const writer = { ...alice.author.writer, signer: bob.person.device.signing };
  const withDevice = { ...alice.author, writer };
  expect(publish(bytesOf(right), right.parents, withDevice).codes).toEqual(['uncertified-key']);
  const jump = encodeEpoch({
    ...must(decodeEpoch(bytesOf(right), place.space.id)),
    generation: 99,
  });
  expect(publish(jump, right.parents).codes).toEqual(['malformed']);
  expect(publish(bytesOf(right), right.parents).codes).toEqual([]);
  expect(carol.read().forum.state.epochs.size).toBe(2);
});

test('an epoch that comes before what it builds on waits', () => {
  const { place, alice, bob } = three();
  const dave = place.person('Dave');
  alice.carry('admit', dave, [bob]);
  const [issued] = must(
    issueEpoch(alice.forum, alice.author, {
      told: new Map([[personOf(dave.onion), dave.offer]]),
      random: place.random,
    }),
  ).documents;
  const late = must(joinForum(alice.invitation(), { me: bob.onion, preKeys: [bob.preKey] }));
  const first = addToForum(late, [issued?.json]);
  expect([first.pending.size, first.epochs.size]).toEqual([1, 0]);
  const then = addToForum(first, place.documents);
  expect([then.pending.size, then.epochs.size]).toEqual([0, 2]);
});

test("Carol seals in Alice's name, but what Alice has not signed uses up no key of hers", () => {
  const { place, alice, bob, carol } = three('ephemeral');
  const epoch = alice.forum.epoch?.epoch;
  if (epoch === undefined) throw new Error('no epoch');
  const keys = alice.forum.state.keys.get(epochNameOf(epoch.id));
  if (keys === undefined) throw new Error('no keys');
  // Carol has had the secret, and so could have worked out the start of Alice's chain.
  const forge = (document: Parameters<typeof encodeInner>[0]['document']) => {
    const place2 = { hash: place.random(32), key: place.random(32) };
    const inner = encodeInner({ document, body: place2 });
    const { message } = must(sealForumMessage(keys, place.space.id, inner, place.random));
    place.publish([
      makeGated(place.space.id, { hint: keys.hint, key: keys.gateKey }, message.ciphertext),
    ]);
  };
  const carols = must(
    writeInForum(carol.forum, carol.author, { what: 'post', text: 'I resign' }, place.random),
  ).signed;
  forge(carols);
  const [uncertified] = postsIn(
    { ...carol.person, writer: { author: alice.onion, signer: carol.person.device.signing } },
    place.space,
    ['I resign'],
  );
  if (uncertified === undefined) throw new Error('no post');
  forge(uncertified.header);
  bob.read();
  expect(codes(bob)).toEqual(['wrong-author']);
  expect(bob.forum.state.unopened.size).toBe(1);
  alice.post('I stay');
  expect(bob.read().texts()).toEqual(['I stay']);
});

test('what belongs in the log is refused in a message, and the other way round', () => {
  const { place, alice, bob } = three();
  const { state } = alice.forum;
  const [logKey] = state.logKeys.values();
  const [keys] = state.keys.values();
  if (logKey === undefined || keys === undefined) throw new Error('no keys');
  const written = must(
    writeInForum(
      alice.forum,
      alice.author,
      { what: 'reaction', post: place.random(32), sign: 'x' },
      place.random,
    ),
  );
  const inner = encodeInner({ document: written.signed });
  place.publish([sealForLog(logKey, place.space.id, inner, place.random)]);
  const complaint = alice.tell('complaint', { e: place.random(32) });
  const sealed = must(
    sealForumMessage(keys, place.space.id, encodeInner({ document: complaint }), place.random),
  );
  const gate = { hint: keys.hint, key: keys.gateKey };
  place.publish([makeGated(place.space.id, gate, sealed.message.ciphertext)]);
  for (const bytes of [place.random(10), place.random(300)]) {
    place.publish([makeGated(place.space.id, logKey.gate, bytes)]);
    place.publish([makeGated(place.space.id, gate, bytes)]);
  }
  place.publish([sealForLog(logKey, place.space.id, place.random(9), place.random)]);
  bob.read([...place.documents, 7, { _id: 'e' }]);
  expect(codes(bob)).toEqual([
    'malformed',
    'malformed',
    'malformed',
    'malformed',
    'undecryptable',
    'wrong-door',
    'wrong-door',
  ]);
  expect(bob.forum.state.aside.size).toBe(2);
});

test('edits, retractions and reactions, and the sealed bodies that a retraction asks to erase', () => {
  const { place, alice, bob, carol } = three();
  const kept = alice.post('tomorow');
  alice.say({ what: 'edit', post: kept.hash, text: 'tomorrow' });
  const gone = bob.read().post('secret');
  bob.say({ what: 'retraction', post: gone.hash });
  carol.read().say({ what: 'reaction', post: kept.hash, sign: '👍' });
  const stolen = carol.say({ what: 'edit', post: kept.hash, text: 'never' });
  alice.read();
  expect(alice.texts()).toEqual(['tomorrow', undefined]);
  const [post] = [...alice.forum.posts.values()].filter(({ id }) => id === kept.id);
  expect([...(post?.reactions.values() ?? [])]).toEqual(['👍']);
  expect(alice.forum.refused.get(stolen.id)).toBe('wrong-author');
  expect(alice.forum.purge.size).toBe(1);
  const ids = place.documents.map((json) => must(unwrapGated(json, place.space.id)).id);
  expect(ids).toContain([...alice.forum.purge][0]);
});

test('a post with a file: everybody in the forum gets it, piece by piece', () => {
  const { place, alice, bob } = three();
  const bytes = place.random(100_000);
  const file = must(
    sealFile(alice.forum, { name: 'a.png', type: 'image/png', bytes }, place.random),
  );
  place.publish(file.documents);
  alice.say({ what: 'post', text: 'look', mentions: [bob.onion], files: [file.manifest] });
  bob.read();
  const pieces = file.documents.map(({ json }) => must(unwrapGated(json, place.space.id)));
  expect(joinFile(file.manifest, pieces, place.space.id)).toEqual({ ok: true, value: bytes });
  expect(bob.texts()).toEqual(['look']);
});

test('the host lets in what members made, by the keys it is lent, and nothing else', () => {
  const { place, alice, bob, carol } = three();
  alice.post('one');
  bob.read();
  alice.carry('remove', carol, [bob]);
  alice.epoch();
  alice.post('two');
  bob.read();
  const { gateKeys } = bob.forum;
  const doors = place.documents.map((json) => checkSealedAtDoor(json, place.space.id, gateKeys).ok);
  expect(doors.every(Boolean)).toBe(true);
  const [known] = gateKeys;
  const forged = makeGated(
    place.space.id,
    { hint: known?.hint ?? place.random(8), key: place.random(32) },
    place.random(300),
  );
  expect(checkSealedAtDoor(forged.json, place.space.id, gateKeys)).toEqual(
    refused('undecryptable'),
  );
});

test("in Alice's feed for friends only she admits, writes and makes epochs", () => {
  const circle = { owner, title: 'Close', writers: 'owner', mode: 'history' } as const;
  const place = new Place({ kind: 'friends-feed', ...circle });
  const [alice, bob] = [place.person('Alice'), place.person('Bob')];
  alice.found([]).offerPreKey();
  alice.admit(bob);
  alice.post('for friends');
  bob.read();
  expect(bob.texts()).toEqual(['for friends']);
  const mine = bob.post('me, too');
  alice.read();
  expect(alice.texts()).toEqual(['for friends']);
  expect(alice.forum.refused.get(mine.id)).toBe('wrong-author');
  expect(issueEpoch(bob.forum, bob.author, { random: place.random })).toEqual(
    refused('not-the-owner'),
  );
  const { signed } = must(issueEpoch(alice.forum, alice.author, { random: place.random }));
  const epoch = signed.content?.['e'];
  if (!(epoch instanceof Uint8Array)) throw new Error('no epoch');
  const { writer, position, time } = bob.author;
  const own = { author: bob.onion, signer: writer.signer, ...position, time };
  const { parents } = signed;
  const forged = signDocument({
    ...own,
    spaceId: place.space.id,
    type: 'epoch',
    parents,
    content: { e: epoch },
  });
  bob.publishInLog(forged);
  expect([...alice.read().forum.refused.values()].toSorted()).toEqual([
    'not-the-owner',
    'wrong-author',
  ]);
});

test('on a list whose members may write, they do', () => {
  const place = new Place({
    kind: 'list',
    owner,
    title: 'List',
    writers: 'members',
    mode: 'ephemeral',
  });
  const [alice, bob] = [place.person('Alice'), place.person('Bob')];
  alice.found([]).offerPreKey();
  alice.admit(bob);
  bob.post('hello, list');
  expect(alice.read().texts()).toEqual(['hello, list']);
});

test('nobody writes before there is an epoch for the members of now, or without a device in the log', () => {
  const { place, alice, bob } = three();
  alice.carry('admit', place.person('Dave'), [bob]);
  expect(() => alice.post('too early')).toThrow('unknown-epoch');
  const file = { name: 'a', type: 'a/b', bytes: place.random(1) };
  expect(sealFile(alice.forum, file, place.random)).toEqual(refused('unknown-epoch'));
  expect(issueEpoch(alice.forum, alice.author, { random: place.random })).toEqual(
    refused('unknown-pre-key'),
  );
  const phone = {
    ...alice.author,
    writer: { author: alice.onion, signer: bob.person.device.signing },
  };
  const saying = { what: 'post', text: 'x' } as const;
  expect(writeInForum(alice.forum, phone, saying, place.random)).toEqual(
    refused('uncertified-key'),
  );
});

test('what is too much is refused: a file over the limits, a message when an epoch is full', () => {
  const { place, alice, bob } = three();
  const bytes = new Uint8Array(fileLimits.chunks * fileLimits.chunkBytes + 1);
  const file = { name: 'a', type: 'a/b', bytes };
  expect(sealFile(alice.forum, file, place.random)).toEqual(refused('too-large'));
  const { forum } = alice;
  const full = new Map(
    [...forum.state.keys].map(([name, keys]) => [
      name,
      { ...keys, own: { ...keys.own, next: chainLimits.messages } },
    ]),
  );
  const used = { ...forum, state: { ...forum.state, keys: full } };
  const saying = { what: 'post', text: 'x' } as const;
  expect(writeInForum(used, alice.author, saying, place.random)).toEqual(refused('too-large'));
  expect(
    writeInForum(forum, alice.author, { ...saying, text: 'x'.repeat(10_001) }, place.random),
  ).toEqual(refused('too-large'));
  const signer = bob.person.device.signing;
  const phone = { ...alice.author, writer: { author: alice.onion, signer } };
  expect(issueEpoch(forum, phone, { random: place.random })).toEqual(refused('uncertified-key'));
  expect(signForLog(forum, phone, { type: 'complaint', content: { e: place.random(32) } })).toEqual(
    refused('uncertified-key'),
  );
});

test.each<[string, Uint8Array, string]>([
  ['without padding', new Uint8Array(9), 'malformed'],
  ['that is no CBOR', pad(Uint8Array.of(0xff)), 'malformed'],
  ['with a field more', pad(encodeCbor({ s: new Uint8Array(32), t: '', z: 1 })), 'unknown-field'],
])('a sealed body %s is refused', (_what, padded, code) => {
  const random = seeded('sealed body');
  const [spaceId, key] = [random(32), random(32)];
  const associated = concat(domainString('sealed-body'), spaceId);
  const sealed = xchachaSeal({ key, nonce: new Uint8Array(24), associated }, padded);
  const document = makeGated(spaceId, { hint: random(8), key: random(32) }, sealed);
  const place = { hash: document.hash, key };
  expect(openSealedBody(document.json, { spaceId, place, bodyHash: random(32) })).toEqual(
    refused(code),
  );
});

test('Bob makes a new pre-key: the next epoch comes by it, and the old one opens no more', () => {
  const { place, alice, bob } = three();
  const { publicKey } = bob.person.identity;
  const signer = bob.person.device.signing;
  const making = { spaceId: place.space.id, owner: publicKey, signer, now: now + 1_000 };
  const fresh = makeForumPreKey(making, place.random);
  bob.tell('pre-key', { s: fresh.statement });
  alice.read();
  const issued = must(issueEpoch(alice.forum, alice.author, { random: place.random }));
  place.publish(issued.documents);
  bob.read();
  expect(bob.forum.complaintDue?.epoch.generation).toBe(2);
  const state = bob.state;
  if (state === undefined) throw new Error('no state');
  bob.state = withPreKey(state, fresh, now);
  expect(bob.forum.epoch?.epoch.generation).toBe(2);
  expect(bob.state.preKeys).toHaveLength(2);
  expect(withPreKey(bob.state, fresh, now + 60 * 24 * 3_600_000).preKeys).toHaveLength(0);
});

test('a public space is no place to join with keys, and a forum without keys none either', () => {
  const space = blogSpace(owner, 'News', seeded('blog'));
  const me = { me: owner, preKeys: [] };
  expect(joinForum({ space, logKeys: [], anchor: null }, me)).toEqual(refused('wrong-space'));
});

test('Alice and Bob make epochs at the same time: all write in one of them, and read both', () => {
  const { place, alice, bob, carol } = three();
  const dave = place.person('Dave');
  alice.admit(dave, [bob]);
  alice.carry('remove', carol, [bob, dave]);
  bob.read();
  dave.read();
  const [one, two] = [alice, bob].map((who) =>
    must(issueEpoch(who.forum, who.author, { random: place.random })),
  );
  if (!one || !two) throw new Error('no epochs');
  place.publish([...one.documents, ...two.documents]);
  const chosen = [alice, bob, dave].map((who) => who.read().forum.epoch?.name);
  expect(new Set(chosen).size).toBe(1);
  expect(alice.forum.state.epochs.size).toBe(4);
  dave.post('here');
  expect(alice.read().texts()).toEqual(['here']);
  // The next epoch follows both, and seals both for who comes later.
  const eve = place.person('Eve');
  alice.admit(eve, [bob, dave]);
  const newest = alice.invitation().logKeys.slice(0, 1);
  const start = must(
    joinForum(
      { space: place.space, logKeys: newest, anchor: null },
      { me: eve.onion, preKeys: [eve.preKey] },
    ),
  );
  const forum = must(evaluatePrivateForum(start, place.documents));
  expect(forum.state.keys.size).toBe(alice.forum.state.epochs.size);
  expect(forum.state.logKeys.size).toBe(alice.forum.state.logKeys.size);
  expect(forum.posts.size).toBe(1);
});

test('a sealed body opens for its header alone', () => {
  const { place, alice } = three();
  const post = alice.post('hello');
  const [entry] = [...alice.forum.state.entries.values()];
  const at = alice.forum.state.bodies.get(entry?.name ?? nameOf(place.random(32)));
  const document = place.documents.find((json) => {
    const gated = unwrapGated(json, place.space.id);
    return gated.ok && at !== undefined && equalBytes(gated.value.hash, at.hash);
  });
  if (at === undefined || post.body === undefined) throw new Error('no body');
  const opening = { spaceId: place.space.id, place: at, bodyHash: post.body };
  expect(openSealedBody(document, opening).ok).toBe(true);
  const other = place.random(32);
  expect(openSealedBody(document, { ...opening, bodyHash: other })).toEqual(refused('wrong-id'));
  expect(openSealedBody(document, { ...opening, place: { ...at, hash: other } })).toEqual(
    refused('wrong-id'),
  );
  expect(openSealedBody(document, { ...opening, place: { ...at, key: other } })).toEqual(
    refused('undecryptable'),
  );
  expect(openSealedBody(7, opening)).toEqual(refused('malformed'));
});

test('the authors of a restricted blog decide by two thirds, and two of three are enough', () => {
  const two = { owner, title: 'Draft', rule: 'two-thirds', dormancy: true } as const;
  const place = new Place({ kind: 'restricted-blog', ...two, mode: 'ephemeral' }, 'restricted');
  const [alice, bob, carol] = [place.person('Alice'), place.person('Bob'), place.person('Carol')];
  alice.found([bob, carol]);
  for (const one of [alice, bob, carol]) one.offerPreKey();
  carol.post('a draft');
  alice.read().remove(carol, [bob]);
  bob.read().post('another');
  expect(alice.read().texts()).toEqual(['a draft', 'another']);
  expect(alice.forum.membership.members.size).toBe(2);
});

test('who holds a key longer offers a newer one; of two of one moment everybody takes the same', () => {
  const { place, alice, bob } = three();
  const making = {
    spaceId: place.space.id,
    owner: bob.onion,
    signer: bob.person.device.signing,
    now,
  };
  const twin = makeForumPreKey(making, place.random);
  bob.tell('pre-key', { s: twin.statement });
  alice.read();
  const offers = [alice, bob].map((who) =>
    offersIn(who.forum.state, who.forum.membership).get(personOf(bob.onion)),
  );
  expect(offers[0]).toEqual(offers[1]);
  const lowest = [twin.id, bob.preKey.id].toSorted(compareBytes)[0];
  expect(offers[0]?.id).toEqual(lowest);
});

test('three thousand messages of one moment, in no order, are all read without history, too', () => {
  const { place, alice, bob } = three('ephemeral');
  const documents: unknown[] = [];
  const { keys } = alice.forum.state;
  const [mine] = keys.values();
  if (mine === undefined) throw new Error('no keys');
  let after = mine;
  const inner = encodeInner({
    document: alice.say({ what: 'reaction', post: place.random(32), sign: 'x' }),
  });
  for (let count = 0; count < 3_000; count += 1) {
    const sealed = must(sealForumMessage(after, place.space.id, inner, place.random));
    after = sealed.keys;
    documents.push(wrapGated(place.space.id, sealed.message).json);
  }
  bob.read(documents.toReversed());
  expect(codes(bob)).toEqual([]);
  expect(bob.forum.state.unopened.size).toBe(0);
});

/** What a member sees, in an order that does not depend on how it came. */
function plain(state: ForumState, forum = must(viewForum(state))) {
  const sorted = (values: Iterable<string>) => [...values].toSorted();
  return {
    posts: [...forum.posts.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    refused: new Map([...forum.refused].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    waiting: sorted(forum.waiting.map(({ id }) => id)),
    purge: sorted(forum.purge),
    chains: forum.chains,
    epoch: forum.epoch?.name,
    complaint: forum.complaintDue?.name,
    digest: forum.membership.digest,
    epochs: sorted(forum.state.epochs.keys()),
    keys: sorted(forum.state.keys.keys()),
    logKeys: sorted(forum.state.logKeys.keys()),
    unopened: sorted(forum.state.unopened.keys()),
    aside: sorted(forum.state.aside),
  };
}

/** The same where there is no beginning yet. */
function plainOf(state: ForumState) {
  const viewed = viewForum(state);
  return viewed.ok ? plain(state, viewed.value) : viewed.code;
}

/** What an invitation would bring that is written down as keys come. */
function withKeysOf(start: ForumState, { logKeys }: ForumState): ForumState {
  return { ...start, logKeys };
}

function byId(documents: readonly unknown[], ids: readonly string[]): unknown[] {
  return ids.map((id) => documents.find((one) => statedId(one) === id));
}

/** A forum's whole life: people come and go, one complains, one back-dates, one takes back. */
function life(mode: 'history' | 'ephemeral') {
  const { place, alice, bob, carol } = three(mode);
  const dave = place.person('Dave');
  const first = alice.post('one');
  bob.read().post('two', first);
  alice.read().say({ what: 'edit', post: first.hash, text: 'uno' });
  alice.admit(dave, [bob]);
  dave.post('three');
  const told = new Map([[personOf(bob.onion), dave.offer]]);
  const bad = must(issueEpoch(dave.read().forum, dave.author, { told, random: place.random }));
  place.publish(bad.documents);
  bob.read().complain(bob.forum.complaintDue?.epoch.id ?? place.random(32));
  alice.read().epoch();
  const gone = alice.post('four');
  alice.say({ what: 'retraction', post: gone.hash });
  carol.read().post('five');
  const before = carol.forum;
  alice.read().remove(carol, [bob, dave]);
  place.publish(
    must(writeInForum(before, carol.author, { what: 'post', text: 'late' }, place.random))
      .documents,
  );
  dave.read().say({ what: 'reaction', post: first.hash, sign: '👍' });
  place.publish([
    sealForLog(
      logKeyFrom(place.random(32), place.space.id),
      place.space.id,
      place.random(9),
      place.random,
    ),
  ]);
  return { place, alice, bob, carol, dave };
}

test.each(['history', 'ephemeral'] as const)(
  'any order, any portions, some twice: a member sees the same forum (%s)',
  (mode) => {
    const { place, bob, dave } = life(mode);
    for (const [member, runs] of [
      [bob, 12],
      [dave, 12],
    ] as const) {
      const { preKey, onion } = member;
      const invitation = member.forum.state;
      const logKeys = [...invitation.logKeys.values()].map(({ secret }) => secret);
      // Bob begins with the first key, Dave with the newest: each finds the others in the log.
      const mine = member === bob ? logKeys.slice(0, 1) : dave.invitation().logKeys.slice(0, 1);
      const start = must(
        joinForum(
          { space: place.space, logKeys: mine, anchor: null },
          { me: onion, preKeys: [preKey] },
        ),
      );
      const documents = [...place.documents, 7, { _id: 'ex' }, { _id: 'ex', v: 1 }];
      const expected = plain(addToForum(start, documents));
      expect(expected.posts.length).toBeGreaterThan(1);
      if (mode === 'history') expect(expected.posts).toHaveLength(5);
      expect(expected.unopened.length).toBeGreaterThan(0);
      let [grown, seen]: [ForumState, PrivateForum | undefined] = [start, undefined];
      for (const document of documents) {
        grown = addToForum(grown, [document]);
        const viewed = viewForum(grown, seen);
        if (!viewed.ok) continue;
        seen = viewed.value;
        expect(plain(grown, seen)).toEqual(plain(grown));
      }
      expect(plain(grown, seen)).toEqual(expected);
      // What was packed at any time, and the keys as the vault has them, and the rest: the same again.
      for (let cut = 0; cut <= documents.length; cut += 7) {
        const before = addToForum(start, documents.slice(0, cut));
        const keys = before.keys.values();
        const joined = must(restoreForum(withKeysOf(start, before), { keys, messages: [] }));
        const packed = must(unpackForum(packForum(before)));
        const restored = packed.restore(addToForum(joined, byId(documents, packed.log)));
        const again = addToForum(restored, byId(documents, packed.unopened));
        expect(plainOf(again)).toEqual(plainOf(before));
        expect(plain(addToForum(again, documents.slice(cut)))).toEqual(expected);
      }
      fc.assert(
        fc.property(
          fc.shuffledSubarray(documents, { minLength: documents.length }),
          fc.array(fc.nat(documents.length), { maxLength: 4 }),
          (shuffled, cuts) => {
            let state = start;
            // What was worked out is gone on from, as far as there was anything.
            let view: PrivateForum | undefined;
            const edges = [0, ...cuts.toSorted((a, b) => a - b), documents.length];
            for (const [index, edge] of edges.entries()) {
              const before = state;
              const sizes = [before.entries.size, before.unopened.size, before.keys.size];
              state = addToForum(state, shuffled.slice(edges[index - 1] ?? 0, edge));
              expect([before.entries.size, before.unopened.size, before.keys.size]).toEqual(sizes);
              const viewed = viewForum(state, view);
              view = viewed.ok ? viewed.value : view;
            }
            state = addToForum(state, shuffled.slice(3, 20));
            expect(plain(state)).toEqual(expected);
            expect(plain(state, must(viewForum(state, view)))).toEqual(expected);
          },
        ),
        { numRuns: runs },
      );
    }
  },
);

test('Carol, who is out, gets nothing more, however the documents come', () => {
  const { place, carol } = life('history');
  const start = must(
    joinForum(
      {
        space: place.space,
        logKeys: [...carol.forum.state.logKeys.values()].map(({ secret }) => secret).slice(0, 1),
        anchor: null,
      },
      { me: carol.onion, preKeys: [carol.preKey] },
    ),
  );
  fc.assert(
    fc.property(
      fc.shuffledSubarray(place.documents, { minLength: place.documents.length }),
      (shuffled) => {
        const state = addToForum(start, shuffled);
        const newest = [...state.keys.values()].map(({ generation }) => generation);
        expect(Math.max(...newest)).toBe(4);
        const { epoch } = must(viewForum(state));
        expect(epoch && state.keys.has(epochNameOf(epoch.epoch.id))).toBe(false);
      },
    ),
    { numRuns: 10 },
  );
});

test('a message opens for nobody outside the epoch, whatever keys of other epochs they hold', () => {
  const [one, two] = [three(), three('history', 'others')];
  one.alice.post('secret');
  const foreign = [...two.alice.forum.state.keys.values()];
  for (const json of one.place.documents) {
    const gated = must(unwrapGated(json, one.place.space.id));
    const opened = openForumMessage(
      foreign.map((keys) => ({ ...keys, hint: gated.hint })),
      one.place.space.id,
      gated,
      accept,
    );
    expect(opened.ok).toBe(false);
  }
});
