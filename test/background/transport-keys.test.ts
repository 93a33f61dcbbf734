import { describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from '../../src/domain/bytes.ts';
import { openTransportKey } from '../../src/domain/peer-handshake/transport-key.ts';
import { randomBytes } from '../../src/domain/sodium.ts';
import { TransportKeys } from '../../src/background/app/self/transport-keys.ts';
import type { TransportLoan } from '../../src/protocol/native-messages.ts';
import { must, person } from '../domain/people.ts';
import { FakeClock } from '../sync/fake-clock.ts';

const hour = 3_600_000;
const alice = person('Alice');
const { identity, device } = alice;
const speaker = { publicKey: identity.publicKey, device: device.signing.publicKey };

function open() {
  const clock = new FakeClock();
  const lent: (TransportLoan | undefined)[] = [];
  const keys = new TransportKeys({
    me: alice,
    random: randomBytes,
    clock,
    lend: (loan) => lent.push(loan),
  });
  return { clock, lent, keys };
}

describe('the transport key', () => {
  it('is certified by the device for now, for dialling and for the host alike', () => {
    const { clock, lent, keys } = open();
    keys.lend();
    const { transport } = keys.self();
    expect(lent).toMatchObject([{ address: identity.address, until: transport.until }]);
    const statement = must(fromBase64Url(lent[0]?.statement ?? ''));
    expect(lent[0]?.statement).toBe(toBase64Url(transport.statement));
    const opened = openTransportKey(statement, speaker, clock.now());
    expect(must(opened)).toEqual(transport.keys.publicKey);
    expect(transport.until % hour).toBe(0);
  });

  it('is renewed while it is still good, and each one is lent once', async () => {
    const { clock, lent, keys } = open();
    keys.lend();
    const begun = clock.now();
    await clock.pass(11 * hour);
    expect(lent).toHaveLength(1);
    await clock.pass(37 * hour);
    expect(lent).toHaveLength(5);
    for (const [index, loan] of lent.entries()) {
      expect(loan?.until).toBeGreaterThan(begun + (index + 1) * 12 * hour);
    }
    expect(new Set(lent.map((loan) => loan?.secretKey)).size).toBe(5);
  });

  it('is good at a door whose clock is four hours off, as long as it is in use', async () => {
    const { clock, keys } = open();
    keys.lend();
    for (let hours = 0; hours < 26; hours += 1) {
      for (const off of [-4, 0, 4]) {
        const { statement } = keys.self().transport;
        const opened = openTransportKey(statement, speaker, clock.now() + off * hour);
        expect([hours, off, opened.ok]).toEqual([hours, off, true]);
      }
      await clock.pass(hour);
    }
  });

  it('is lent again to a host that came back', () => {
    const { lent, keys } = open();
    keys.lend();
    keys.lend();
    expect(lent).toHaveLength(2);
    expect(lent[1]).toEqual(lent[0]);
  });

  it('is made for dialling where there is no host, and lent to none', () => {
    const { lent, keys } = open();
    expect(keys.self().publicKey).toEqual(identity.publicKey);
    keys.renew();
    expect(lent).toEqual([]);
  });

  it('is taken back, for good', async () => {
    const { clock, lent, keys } = open();
    keys.lend();
    const before = keys.self().transport;
    keys.takeBack();
    expect(lent.at(-1)).toBeUndefined();
    await clock.pass(48 * hour);
    expect(lent).toHaveLength(2);
    expect(keys.self().transport.statement).not.toEqual(before.statement);
  });
});
