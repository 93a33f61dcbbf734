import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodedError } from '../../src/protocol/codes.ts';
import { knownFetch } from '../../src/sync/known-fetch.ts';
import type { OnionRequest } from '../../src/sync/onion-fetch.ts';
import { longPollPatience } from '../../src/sync/patience.ts';
import type { PeerTokens } from '../../src/sync/peer-tokens.ts';
import { FakeClock } from './fake-clock.ts';
import { Member } from './member.ts';
import { Onions } from './onions.ts';
import { poll } from './poll.ts';

let onions: Onions;
let ada: Member;
let bob: Member;

beforeEach(async () => {
  onions = new Onions();
  ada = await Member.join('ada', onions, { texts: ['one'] });
  bob = await Member.join('bob', onions);
  Member.befriend(ada, bob);
});
afterEach(() => Promise.all([ada.leave(), bob.leave()]));
afterAll(() => onions.close());

describe('Ada, whom Bob lets in', () => {
  beforeEach(async () => {
    ada.connect();
    await poll(() => ada.sync.state(bob.address).connection).toBe('up-to-date');
    await poll(() => onions.asked.some(({ request }) => request.includes('longpoll'))).toBe(true);
    onions.takeAsked(bob.address);
  });

  it('shakes hands anew, once, when her token has ended early', async () => {
    bob.host.lend(undefined);
    bob.keys.lend();
    const proofs = () => onions.asked.filter(({ request }) => request.includes('proof')).length;
    await poll(() => {
      ada.sync.wake(bob.address);
      return proofs();
    }).toBe(1);
    await poll(() => ada.sync.state(bob.address).connection).toBe('up-to-date');
    await ada.sync.push(ada.blog.space.name, ada.blog.documents);
    expect(proofs()).toBe(1);
  });

  it('waits out the backoff when he lets her in no more', async () => {
    bob.host.allow({ spaces: [], peers: [] });
    await poll(() => ada.sync.state(bob.address).connection).toBe('unreachable');
    expect(ada.sync.state(bob.address).retryAt).toBeGreaterThan(0);
  });
});

describe('Ada without a host of her own', () => {
  it('is known at Bob’s door by the key that she keeps herself', async () => {
    await ada.host.goOffline();
    ada.host.lend(undefined);
    await bob.stores.open(ada.blog.space.name);
    ada.connect();
    await poll(() => ada.sync.state(bob.address).connection).toBe('up-to-date');
    expect(bob.host.seen).toContain(ada.address);
    expect(await ada.sync.push(ada.blog.space.name, ada.blog.documents)).toMatchObject([
      { result: 'stored' },
    ]);
  });
});

describe('a friend whose device is another than we know', () => {
  it('is not told who we are, and says so', async () => {
    const proofs: string[] = [];
    onions.onRequest = (url) => void (url.includes('proof') && proofs.push(url));
    const device = ada.person.device.signing.publicKey;
    ada.sync.setPeers([{ address: bob.address, kind: 'friend', device, spaces: [] }]);
    await poll(() => ada.sync.state(bob.address).code).toBe('device-changed');
    expect(proofs).toEqual([]);
  });
});

describe('a request to a friend', () => {
  const hour = 3_600_000;
  const peer = { address: 'bob', device: new Uint8Array(32) };

  it('that lasts takes a token that lasts, and ends before it', async () => {
    const clock = new FakeClock();
    const wishes: unknown[] = [];
    const sent: OnionRequest[] = [];
    const tokens: PeerTokens = {
      get: async (_peer, { lasting } = {}) => {
        wishes.push(lasting);
        return { token: 'T', until: clock.now() + hour };
      },
      held: () => 'T',
      end: () => undefined,
    };
    const fetch = knownFetch({ fetch: async (each) => void sent.push(each), tokens, clock }, peer);
    const request = { address: 'bob', path: '/', most: 1 };
    await fetch(request);
    await fetch({ ...request, patience: longPollPatience(25_000) });
    expect(wishes).toEqual([0, hour / 2]);
    expect(sent.map(({ token, patience }) => [token, patience?.total])).toEqual([
      ['T', undefined],
      ['T', hour - 120_000],
    ]);
  });

  it('whose new token is not taken either is refused', async () => {
    const ended: string[] = [];
    let made = 0;
    const tokens: PeerTokens = {
      get: async () => ({ token: `T${(made += 1)}`, until: Infinity }),
      held: () => undefined,
      end: (_address, token) => void ended.push(token),
    };
    const refuse = () => Promise.reject(new CodedError('token-ended'));
    const fetch = knownFetch({ fetch: refuse, tokens, clock: new FakeClock() }, peer);
    await expect(fetch({ address: 'bob', path: '/', most: 1 })).rejects.toMatchObject({
      code: 'peer-refused',
    });
    expect(ended).toEqual(['T1', 'T2']);
  });
});
