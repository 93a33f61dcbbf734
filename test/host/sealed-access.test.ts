import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAccessKeeper, type AccessInForce } from '../../native-host/access-keeper.ts';
import { asBytes } from '../../native-host/bytes.ts';
import { createAccessControl } from '../../native-host/endpoint/access/access.ts';
import { sealedAccess, type SealedAccess } from '../../native-host/sealed-access.ts';
import { concat, toBase64Url, utf8 } from '../../src/domain/bytes.ts';
import { domainString } from '../../src/domain/hash.ts';
import { pad } from '../../src/domain/padding.ts';
import { randomBytes, sodiumReady, xchachaSeal } from '../../src/domain/sodium.ts';
import { blogSpace } from '../../src/domain/space/charter.ts';
import type { AccessList } from '../../src/protocol/access-list.ts';
import { person } from '../domain/people.ts';
import { accessList, temporaryFolder } from './endpoint-world.ts';

await sodiumReady();
const alice = person('Alice');
const bob = person('Bob').identity.address;
const space = blogSpace(alice.identity.publicKey, 'Shared', alice.random).name;
const key = randomBytes(32);

const withBob = (version: number): AccessList =>
  accessList(
    [{ name: space, door: 'signed', readers: 'peers' }],
    [{ address: bob, token: '', read: [space], write: [] }],
    version,
  );
const withoutBob = (version: number): AccessList =>
  accessList([{ name: space, door: 'signed', readers: 'peers' }], [], version);

let folder: string;
let file: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder, remove } = await temporaryFolder());
  file = path.join(folder, 'access');
});
afterEach(() => remove());

/** The host as it is after a start: it remembers nothing but what lies on the disk. */
function start(sealed: SealedAccess = sealedAccess(file)) {
  const access = createAccessControl();
  const keeper = createAccessKeeper(access, sealed);
  return {
    take: (list: AccessList, by = key): Promise<AccessInForce> => keeper.take(list, by),
    bobReads: () => access.rights({ kind: 'peer', address: bob }, space).read,
  };
}

test('a list that is older than the last is refused, also after a restart', async () => {
  const first = start();
  expect(await first.take(withBob(5))).toEqual({ version: 5 });
  expect(first.bobReads()).toBe(true);
  expect(await first.take(withoutBob(6))).toEqual({ version: 6 });
  expect(await first.take(withBob(5))).toEqual({ version: 6 });
  expect(first.bobReads()).toBe(false);

  const second = start();
  expect(second.bobReads()).toBe(false);
  expect(await second.take(withBob(5))).toEqual({ version: 6 });
  expect(second.bobReads()).toBe(false);
  // The add-on heard which is in force, and says its own anew.
  expect(await second.take(withBob(7))).toEqual({ version: 7 });
  expect(second.bobReads()).toBe(true);
});

test('the one in force after a restart is the last, though an older one comes first', async () => {
  await start().take(withBob(6));
  const second = start();
  expect(await second.take(withoutBob(5))).toEqual({ version: 6 });
  expect(second.bobReads()).toBe(true);
});

test('only who has the key reads it: nobody’s name is in the file, which is its owner’s', async () => {
  await start().take(withBob(1));
  const text = readFileSync(file, 'utf8');
  expect(text).not.toContain(bob.slice(0, 20));
  expect(text).not.toContain(space.slice(0, 20));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(existsSync(`${file}.new`)).toBe(false);
  expect(await sealedAccess(file).read(key)).toEqual(withBob(1));
  expect(await sealedAccess(file).read(randomBytes(32))).toBe('damaged');
});

test('keys that let documents in are not written, sealed or not', async () => {
  const gates = [{ hint: toBase64Url(randomBytes(8)), key: toBase64Url(randomBytes(32)) }];
  const list = accessList([{ name: space, door: 'gated', gates, readers: 'peers' }], []);
  await start().take(list);
  const bare = accessList([{ name: space, door: 'gated', readers: 'peers' }], []);
  expect(await sealedAccess(file).read(key)).toEqual(bare);
});

describe('what is there and does not open is said so and replaced', () => {
  const sealedAs = (purpose: string, by: Uint8Array, text: string): Uint8Array => {
    const nonce = randomBytes(24);
    const associated = domainString(purpose);
    return concat(nonce, xchachaSeal({ key: by, nonce, associated }, pad(utf8(text))));
  };
  const purpose = 'host-access-list';
  const good = JSON.stringify(withBob(9));
  const flipped = (file: Uint8Array): Uint8Array =>
    file.map((byte, index) => (index === file.length - 1 ? byte ^ 1 : byte));
  test.each<[string, (file: Uint8Array) => Uint8Array]>([
    ['nothing', () => Uint8Array.of()],
    ['noise', () => Uint8Array.of(0, 1, 2)],
    ['half of it', (file) => file.slice(0, file.length / 2)],
    ['more behind it', (file) => concat(file, Uint8Array.of(0))],
    ['one bit changed', flipped],
    ['a list under another key', () => sealedAs(purpose, randomBytes(32), good)],
    ['something else under the key', () => sealedAs('vault', key, good)],
    ['a list of another form', () => sealedAs(purpose, key, '{"version":9}')],
    ['what is no JSON', () => sealedAs(purpose, key, '{')],
  ])('%s', async (_, damage) => {
    await start().take(withBob(5));
    writeFileSync(file, damage(asBytes(readFileSync(file))));
    const second = start();
    expect(await second.take(withoutBob(1))).toEqual({ version: 1, code: 'data-damaged' });
    expect(await second.take(withoutBob(2))).toEqual({ version: 2 });
    expect(await start().take(withBob(1))).toEqual({ version: 2 });
  });

  test('and what is whole is not', async () => {
    writeFileSync(file, sealedAs(purpose, key, good));
    expect(await start().take(withoutBob(1))).toEqual({ version: 9 });
  });
});

test('what a crash left half written is no matter', async () => {
  await start().take(withBob(5));
  writeFileSync(`${file}.new`, 'half');
  expect(await start().take(withoutBob(4))).toEqual({ version: 5 });
  expect(await start().take(withoutBob(6))).toEqual({ version: 6 });
});

test('a list is in force though no copy can be made of it, which is said', async () => {
  rmSync(folder, { recursive: true });
  const host = start();
  expect(await host.take(withBob(1))).toEqual({ version: 1, code: 'data-unwritable' });
  expect(host.bobReads()).toBe(true);
  mkdirSync(folder);
  expect(await host.take(withBob(2))).toEqual({ version: 2 });
});

test('who is removed is so at once, whatever the disk is doing', async () => {
  let written: () => void = () => {};
  const slow: SealedAccess = {
    read: async () => undefined,
    write: () => new Promise((resolve) => (written = resolve)),
  };
  const host = start(slow);
  const first = host.take(withBob(1));
  await expect.poll(host.bobReads).toBe(true);
  const second = host.take(withoutBob(2));
  expect(host.bobReads()).toBe(false);
  written();
  await first;
  await new Promise(setImmediate);
  written();
  expect(await second).toEqual({ version: 2 });
});

test('of many at once the last is what is kept, and a large one is no matter', async () => {
  const host = start();
  const versions = Array.from({ length: 10 }, (_, index) => index + 1);
  await Promise.all(versions.map((version) => host.take(withBob(version))));
  expect((await sealedAccess(file).read(key)) as AccessList).toEqual(withBob(10));
  const many = Array.from({ length: 20_000 }, () => randomBytes(32));
  const spaces = many.map((bytes) => ({
    name: `s${Buffer.from(bytes).toString('hex').slice(0, 52)}`,
    door: 'signed' as const,
    readers: 'peers' as const,
  }));
  expect(await host.take({ version: 21, spaces, peers: [] })).toEqual({ version: 21 });
  expect(await sealedAccess(file).read(key)).toEqual({ version: 21, spaces, peers: [] });
});
