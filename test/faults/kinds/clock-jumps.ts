import { expect } from 'vitest';
import { fromBase64Url, toBase64Url, utf8 } from '../../../src/domain/bytes.ts';
import type { StoredDocument } from '../../../src/domain/document/envelope.ts';
import { sealRequest } from '../../../src/domain/friend/request.ts';
import { tokenMilliseconds } from '../../../src/domain/peer-handshake/token.ts';
import { makeTransportKey } from '../../../src/domain/peer-handshake/transport-key.ts';
import { deliveryHash, searchWork } from '../../../src/domain/peer-handshake/work.ts';
import { randomBytes } from '../../../src/domain/sodium.ts';
import { blogSpace, inboxSpace } from '../../../src/domain/space/charter.ts';
import { codeOf } from '../../../src/protocol/codes.ts';
import { systemClock } from '../../../src/store/clock.ts';
import { createOnionFetch } from '../../../src/sync/onion-fetch.ts';
import { createPeerTokens } from '../../../src/sync/peer-tokens.ts';
import { must, person, type Person } from '../../domain/people.ts';
import { openWorld, type World } from '../../host/endpoint-world.ts';
import { newDatabase } from '../../host/store-helpers.ts';
import { Onions } from '../../sync/onions.ts';
import { type Chance, report } from '../chance.ts';

const hour = 3_600_000;
const day = 24 * hour;
const year = 365 * day;
const jumps = [0, 1_000, hour / 2, hour, 2 * hour, day, 3 * day, year, 10 * year];

const alice = person('Alice');
const bob = person('Bob');
const space = blogSpace(alice.identity.publicKey, 'For Bob', alice.random).name;
const inbox = inboxSpace(alice.identity.publicKey).name;

/** The host's computer: a clock that is set about, and the time that really goes by. */
class Computer {
  /** What its clock says beyond the time gone by. */
  set = Date.UTC(2026, 5, 1);
  gone = 0;
  readonly clock = (): number => this.set + this.gone;
  readonly steady = (): number => this.gone;
}

/** Somebody who was let in, and when by either clock. */
interface Admitted {
  readonly token: string;
  readonly wall: number;
  readonly steady: number;
  /** The clock once said that its hour was over: it may be gone although the clock was set back since. */
  lapsed: boolean;
}

const outcomes = { 'let in': 0, 'kept out': 0, 'hears that clocks differ': 0, letters: 0 };

/**
 * The clock of the host's computer is set back and forth by seconds to years, and hours go by. A token is
 * good for its hour by whichever clock says so first and never longer; keys count by the clock; whatever
 * it says, everything is answered, and with both clocks right a friend gets in.
 */
export async function clockJumps(chance: Chance, rounds: number): Promise<void> {
  const computer = new Computer();
  const { clock, steady } = computer;
  const address = alice.identity.address;
  // Rates are counted by a clock that hardly goes on here.
  const often = { perSecond: 1_000, burst: 1_000_000 };
  const requests = { peer: often, stranger: often };
  const limits = { work: { least: 2, most: 3 }, inboxDocuments: 10_000, requests };
  const world = await openWorld(address, { clock, steady, limits, desk: { clock } });
  const onions = new Onions();
  onions.lead(address, world.onion.port);
  try {
    for (const name of [space, inbox]) await newDatabase(world.store, name);
    listBob(world);
    let admitted: Admitted[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // A computer whose clock has no battery says 1970 or 2000, and nothing before.
      const set = computer.set + chance.pick(jumps) * chance.pick([-1, 1]);
      computer.set = Math.max(set, Date.UTC(2000));
      computer.gone += chance.below(3) === 0 ? chance.below(hour) : 0;
      admitted = await stillIn(world, computer, admitted);
      // The add-on of this computer looks at the clock, too, and lends another key when it has changed.
      const lends = chance.below(3) > 0;
      if (lends) lendKey(world, clock());
      await pollsEnd(world);
      const now = clock() + chance.pick([0, 0, 0, -day * 3, day * 3]);
      const one = await shakeHands(world, onions, computer, now);
      if (lends && now === clock()) expect(one).toBeDefined();
      if (one) admitted.push(one);
      await writeToInbox(world, round);
    }
    expect(world.faults).toEqual([]);
  } finally {
    await onions.close();
    await world.close();
  }
  const words = Object.entries(outcomes).map(([what, count]) => `${String(count)} ${what}`);
  report('clock jumps', chance, `${String(rounds)}: ${words.join(', ')}`);
}

function listBob({ access }: World): void {
  const device = toBase64Url(bob.device.signing.publicKey);
  access.set({
    version: 1,
    spaces: [
      { name: space, door: 'signed', readers: 'peers' },
      { name: inbox, door: 'inbox', readers: 'nobody' },
    ],
    peers: [{ address: bob.identity.address, device, read: [space], write: [] }],
  });
}

function keyOf(who: Person, now: number) {
  const making = { owner: who.identity.publicKey, signer: who.device.signing, now };
  return makeTransportKey(making, randomBytes);
}

function lendKey({ desk }: World, now: number): void {
  const key = keyOf(alice, now);
  desk.lend({
    address: alice.identity.address,
    secretKey: toBase64Url(key.keys.secretKey),
    statement: toBase64Url(key.statement),
    until: key.until,
  });
}

/** Nobody is in who should not be, and those who are have their hour. The door keeps eight tokens of one peer. */
async function stillIn(
  world: World,
  { clock, steady }: Computer,
  admitted: readonly Admitted[],
): Promise<Admitted[]> {
  for (const one of admitted) {
    const { status } = await world.onion.ask('GET', `/${space}`, { token: one.token });
    one.lapsed ||= clock() - one.wall >= tokenMilliseconds;
    const over =
      clock() - one.wall >= tokenMilliseconds || steady() - one.steady >= tokenMilliseconds;
    if (over) expect(status).toBe(401);
    else if (!one.lapsed) expect(status).toBe(200);
    outcomes[status === 200 ? 'let in' : 'kept out'] += 1;
  }
  expect((await world.onion.ask('GET', `/${space}`)).status).toBe(404);
  return admitted.filter((one) => steady() - one.steady < 3 * tokenMilliseconds).slice(-7);
}

/** Time-outs are of the steady clock. */
async function pollsEnd(world: World): Promise<void> {
  const path = `/${space}/_changes?feed=longpoll&since=now&timeout=5`;
  const { status, json } = await world.open.ask('GET', path);
  expect([status, json]).toMatchObject([200, { results: [] }]);
}

/** Bob comes, and his clock says this; `undefined` if he is not let in. */
async function shakeHands(
  world: World,
  onions: Onions,
  { clock, steady }: Computer,
  now: number,
): Promise<Admitted | undefined> {
  const tokens = createPeerTokens({
    fetch: createOnionFetch({ fetch: onions.fetch, gate: async () => true, clock: systemClock }),
    self: () => ({ publicKey: bob.identity.publicKey, transport: keyOf(bob, now) }),
    random: randomBytes,
    clock: { ...systemClock, now: () => now },
  });
  const peer = { address: alice.identity.address, device: alice.device.signing.publicKey };
  try {
    const { token } = await tokens.get(peer);
    expect(now).toBe(clock());
    expect((await world.onion.ask('GET', `/${space}`, { token })).status).toBe(200);
    return { token, wall: clock(), steady: steady(), lapsed: false };
  } catch (error) {
    // Her key has ended and she has lent no other yet, or one of the two clocks is wrong.
    expect(['clocks-differ', 'peer-refused', 'peer-unreachable']).toContain(codeOf(error));
    outcomes['hears that clocks differ'] += 1;
    return undefined;
  }
}

/** Whatever the clock says, a nonce given out now counts now. */
async function writeToInbox(world: World, round: number): Promise<void> {
  const letter = letterOf(round);
  const path = `/${inbox}/_work`;
  const { nonce, bits } = (await world.onion.ask('GET', path)).json as {
    nonce: string;
    bits: number;
  };
  const challenge = {
    recipient: alice.identity.publicKey,
    nonce: must(fromBase64Url(nonce)),
    delivery: deliveryHash(utf8(letter._id)),
  };
  const solution = searchWork(challenge, bits, 0, 100_000);
  if (!solution) throw new Error('no work was found');
  const work = { nonce, solution: toBase64Url(solution) };
  const body = { new_edits: false, docs: [letter], work };
  const { status, json } = await world.onion.ask('POST', `/${inbox}/_bulk_docs`, { body });
  expect([status, json]).toEqual([201, []]);
  outcomes.letters += 1;
}

function letterOf(round: number): StoredDocument {
  const { bundle, device } = bob;
  const note = `letter ${String(round)}`;
  const sealing = { kind: 'request', name: 'Bob', note, time: 1, bundle } as const;
  const sealed = sealRequest(
    { ...sealing, encryption: device.encryption, recipient: alice.bundle },
    bob.random,
  );
  return must(sealed).json;
}
