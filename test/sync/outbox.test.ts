import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealRequest } from '../../src/domain/friend/request.ts';
import { inboxSpace } from '../../src/domain/space/charter.ts';
import { CodedError } from '../../src/protocol/codes.ts';
import { systemClock } from '../../src/store/clock.ts';
import type { Json } from '../../src/store/ports.ts';
import { createOnionFetch, type OnionFetch } from '../../src/sync/onion-fetch.ts';
import { openOutbox } from '../../src/sync/outbox.ts';
import type { Delivery, Outbox } from '../../src/sync/ports.ts';
import { must, person } from '../domain/people.ts';
import { FakeClock } from './fake-clock.ts';
import { Member } from './member.ts';
import { Onions } from './onions.ts';
import { poll } from './poll.ts';

const ada = person('ada');

function letterTo(name: string): Delivery {
  const recipient = person(name);
  const sealed = sealRequest(
    {
      kind: 'request',
      name: 'Ada',
      note: 'hello',
      time: 1,
      bundle: ada.bundle,
      encryption: ada.device.encryption,
      recipient: recipient.bundle,
    },
    ada.random,
  );
  return {
    address: recipient.identity.address,
    space: inboxSpace(recipient.identity.publicKey).name,
    document: must(sealed).json,
  };
}

class TestVault {
  readonly values = new Map<string, Json>();
  entries(prefix: string): [string, Json][] {
    return [...this.values].filter(([name]) => name.startsWith(prefix));
  }
  async put(name: string, value: Json): Promise<void> {
    this.values.set(name, JSON.parse(JSON.stringify(value)) as Json);
  }
  async remove(name: string): Promise<void> {
    this.values.delete(name);
  }
}

let vault: TestVault;
let clock: FakeClock;
let outbox: Outbox;
let heard: string[];
let worked: string[];
let held: Map<string, string>;
beforeEach(() => {
  vault = new TestVault();
  clock = new FakeClock();
  heard = [];
  worked = [];
  held = new Map();
});
afterEach(() => outbox.stop());

/** Inboxes ask for a little work, before what the test is about. */
const asksForWork =
  (fetch: OnionFetch): OnionFetch =>
  async (request) =>
    request.path.endsWith('_work') ? { nonce: 'A'.repeat(43), bits: 1 } : fetch(request);

const open = (fetch: OnionFetch, withClock: typeof systemClock = clock): Outbox =>
  openOutbox({
    fetch: withClock === clock ? asksForWork(fetch) : fetch,
    tokens: { held: (address) => held.get(address), end: (address) => held.delete(address) },
    vault,
    clock: withClock,
    random: () => 0,
    events: {
      working: (key) => worked.push(key),
      delivered: (key) => heard.push(`delivered ${key}`),
      refused: (key, _, code) => heard.push(`refused ${key} ${code}`),
    },
  });

const bob = letterTo('bob');

describe('the outbox', () => {
  it('leaves a letter in a real inbox, when the person is back', async () => {
    const onions = new Onions();
    const member = await Member.join('bob', onions);
    await member.host.goOffline();
    outbox = open(
      createOnionFetch({ fetch: onions.fetch, gate: async () => true, clock: systemClock }),
      systemClock,
    );
    await outbox.send('request/bob', bob);
    await poll(() => outbox.waiting()[0]?.code).toBe('peer-unreachable');
    await member.host.goOnline();
    outbox.wake(bob.address);
    await poll(() => heard).toEqual(['delivered request/bob']);
    expect(await member.documents(member.inbox)).toEqual([bob.document]);
    expect(vault.values.size).toBe(0);

    // Once more changes nothing there: the same letter is the same document.
    await outbox.send('request/bob', bob);
    await poll(() => heard).toHaveLength(2);
    expect(await member.documents(member.inbox)).toHaveLength(1);
    outbox.stop();
    await member.leave();
    await onions.close();
  });

  it('tries again after 30 seconds, 2 and 8 minutes until it is taken', async () => {
    const tries: number[] = [];
    const start = clock.now();
    outbox = open(async () => {
      tries.push((clock.now() - start) / 1_000);
      if (tries.length < 4) throw new CodedError('peer-timeout');
      return [];
    });
    await outbox.send('a', bob);
    await clock.pass(700_000);
    expect(tries).toEqual([0, 30, 150, 630]);
    expect(heard).toEqual(['delivered a']);
  });

  it('goes on after a restart with what was not delivered', async () => {
    outbox = open(() => Promise.reject(new CodedError('peer-unreachable')));
    await outbox.send('a', bob);
    await outbox.send('b', letterTo('carol'));
    await clock.pass(1_000);
    expect(outbox.waiting()).toMatchObject([
      { key: 'a', attempts: 1, code: 'peer-unreachable' },
      { key: 'b', attempts: 1, code: 'peer-unreachable' },
    ]);
    outbox.stop();
    outbox = open(async () => []);
    await clock.pass(0);
    expect(heard.toSorted()).toEqual(['delivered a', 'delivered b']);
    expect(vault.values.size).toBe(0);
  });

  it('keeps nothing that was refused for good, and everything that may yet be taken', async () => {
    const answers: Record<string, () => Promise<unknown>> = {
      [bob.address]: async () => [{ id: 'e', error: 'forbidden' }],
      [letterTo('carol').address]: async () => [{ id: 'e', error: 'too_many' }],
      [letterTo('dave').address]: () => Promise.reject(new CodedError('not-found')),
    };
    outbox = open(async ({ address }) => answers[address]?.());
    for (const name of ['bob', 'carol', 'dave']) await outbox.send(name, letterTo(name));
    await clock.pass(1_000);
    expect(heard).toEqual(['refused bob peer-refused']);
    expect(outbox.waiting().map(({ key, code }) => [key, code])).toEqual([
      ['carol', 'too-many'],
      ['dave', 'not-found'],
    ]);
  });

  it('replaces a letter under the same key, and drops one that is called off', async () => {
    const sent: unknown[] = [];
    let online = false;
    outbox = open(async ({ body }) => {
      if (!online) throw new CodedError('peer-unreachable');
      sent.push(body);
      return [];
    });
    const [first, second] = [bob, letterTo('bob')];
    await outbox.send('a', first);
    await outbox.send('a', second);
    await outbox.send('b', letterTo('carol'));
    await clock.pass(1_000);
    await outbox.cancel('b');
    online = true;
    outbox.wake();
    await clock.pass(0);
    expect(sent).toMatchObject([{ new_edits: false, docs: [second.document], work: {} }]);
    expect(outbox.waiting()).toEqual([]);
    expect(vault.values.size).toBe(0);
  });

  it('says that it works on the proof which an inbox asks for, and tries again when more is asked', async () => {
    let shown: boolean | undefined;
    let tries = 0;
    outbox = open(async () => {
      shown = outbox.waiting()[0]?.working;
      tries += 1;
      if (tries < 2) throw new CodedError('work-needed');
      return [];
    });
    await outbox.send('a', bob);
    await clock.pass(1_000);
    expect([shown, worked]).toEqual([true, ['a']]);
    expect(outbox.waiting()).toMatchObject([{ working: false, code: 'work-needed' }]);
    await clock.pass(30_000);
    expect(heard).toEqual(['delivered a']);
  });

  it('does no work for somebody at whose door we are known', async () => {
    const tokens: (string | undefined)[] = [];
    outbox = open(async ({ token, path }) => {
      tokens.push(token);
      if (token === 'ended' && path.includes('_bulk_docs')) throw new CodedError('token-ended');
      return [];
    });
    held.set(bob.address, 'good').set(letterTo('carol').address, 'ended');
    await outbox.send('a', bob);
    await clock.pass(1_000);
    expect([heard, worked, tokens]).toEqual([['delivered a'], [], ['good']]);
    await outbox.send('b', letterTo('carol'));
    await clock.pass(1_000);
    expect([heard.length, worked, tokens]).toEqual([2, ['b'], ['good', 'ended', undefined]]);
    expect([...held.values()]).toEqual(['good']);
  });

  it('passes over what it can no longer read', async () => {
    vault.values.set('outbox/old', { address: 1 });
    vault.values.set('outbox/odd', 'text');
    outbox = open(async () => []);
    expect(outbox.waiting()).toEqual([]);
  });
});
