import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { encodeFrame } from '../../native-host/messaging/framing.ts';
import { randomBytes } from '../../src/domain/sodium.ts';
import { toBase64Url } from '../../src/domain/bytes.ts';
import { blogSpace } from '../../src/domain/space/charter.ts';
import { makeTransportKey } from '../../src/domain/peer-handshake/transport-key.ts';
import { person } from '../domain/people.ts';
import { type HostProcess, profile, quietEnvironment } from './native-host-process.ts';
import { asFriend } from './service-friend.ts';
import { ServiceStage } from './service-stage.ts';

const alice = person('Alice');
const bob = person('Bob');
const space = blogSpace(alice.identity.publicKey, 'For Bob', alice.random).name;
let stage: ServiceStage;
let directory = '';

beforeAll(() => {
  stage = new ServiceStage();
  directory = stage.directory;
});
afterEach(() => stage.clear());
afterAll(() => stage.remove());

const json = (text: string) => JSON.parse(text) as unknown;

/** What an unlocked add-on tells its host. */
function giveRights(host: HostProcess): string {
  const now = Date.now();
  const making = { owner: alice.identity.publicKey, signer: alice.device.signing, now };
  const transport = makeTransportKey(making, randomBytes);
  const address = alice.identity.address;
  const device = toBase64Url(bob.device.signing.publicKey);
  const list = {
    version: 1,
    spaces: [{ name: space, door: 'signed', readers: 'peers' }],
    peers: [{ address: bob.identity.address, device, read: [space], write: [] }],
  };
  const expandedKey = Buffer.from(randomBytes(64)).toString('base64');
  host.send({ type: 'publish', expandedKey, address });
  host.send({ type: 'access', list, key: toBase64Url(randomBytes(32)) });
  host.send({
    type: 'lend-transport-key',
    loan: {
      address,
      secretKey: toBase64Url(transport.keys.secretKey),
      statement: toBase64Url(transport.statement),
      until: transport.until,
    },
  });
  return expandedKey;
}

let asked = 0;

/** What the host says of always-on mode; with `on`, after choosing it. */
async function alwaysOn(host: HostProcess, on?: boolean): Promise<boolean | undefined> {
  asked += 1;
  const id = asked;
  host.send({ type: 'always-on', id, ...(on === undefined ? {} : { on }) });
  return (await host.waitFor('always-on', (answer) => answer.id === id)).on;
}

describe('a service', () => {
  test('ends for good, and loses the keys to come up by itself first, when its profile is erased', async () => {
    const service = await stage.service();
    const host = await stage.connected();
    giveRights(host);
    expect(await alwaysOn(host, true)).toBe(true);
    await host.end();
    const kept = join(directory, 'always-on');
    expect(statSync(kept).size).toBeGreaterThan(0);
    const next = stage.browser('ffeeddccbbaa99887766554433221100');
    await next.waitFor('hello');
    next.send({ type: 'erase', id: 1, profile });
    expect(await next.waitFor('erase')).toEqual({ type: 'erase', id: 1 });
    expect(existsSync(directory)).toBe(false);
    if (service.exitCode === null) await once(service, 'exit');
    // What ends well is not started again.
    expect(service.exitCode).toBe(0);
  });

  test('is what a browser talks to, through a socket for this account alone', async () => {
    await stage.service();
    const host = await stage.connected();
    expect(statSync(join(directory, 'service.sock')).mode & 0o777).toBe(0o600);
    await host.fetch('PUT', '/kept');
    const text = 'x'.repeat(900_000);
    const docs = [1, 2, 3, 4].map((nth) => ({ _id: `doc${nth}`, text }));
    expect((await host.fetch('POST', '/kept/_bulk_docs', { docs })).status).toBe(201);
    const all = await host.fetch('GET', '/kept/_all_docs?include_docs=true');
    expect(all.text.length).toBeGreaterThan(3_600_000);
    expect(await host.end()).toBe(0);
    const next = await stage.connected();
    expect(json((await next.fetch('GET', '/kept')).text)).toMatchObject({ doc_count: 4 });
  });

  test('lets friends in by the handshake when the browser has gone, and keeps nothing of that readable on the disk', async () => {
    await stage.service();
    const host = await stage.connected();
    await host.fetch('PUT', `/${space}`);
    const expandedKey = giveRights(host);
    await host.waitFor('access-in-force');
    await host.fetch('GET', '/');
    expect(await host.end()).toBe(0);
    const answer = await asFriend(bob, alice, join(directory, 'onion.sock'), `/${space}`);
    expect(answer).toMatchObject({ db_name: space });
    const files = readdirSync(directory, { recursive: true, withFileTypes: true });
    for (const file of files.filter((one) => one.isFile())) {
      const bytes = readFileSync(join(file.parentPath, file.name));
      expect(bytes.includes(bob.identity.address)).toBe(false);
      expect(bytes.includes(expandedKey)).toBe(false);
      expect(bytes.includes(Buffer.from(expandedKey, 'base64'))).toBe(false);
    }
  });

  test('comes up by itself with what it was given, where the person has chosen that, and forgets it when that ends', async () => {
    const service = await stage.service();
    const host = await stage.connected();
    await host.fetch('PUT', `/${space}`);
    const expandedKey = giveRights(host);
    await host.waitFor('access-in-force');
    const file = join(directory, 'always-on');
    expect(await alwaysOn(host)).toBe(false);
    expect(existsSync(file)).toBe(false);
    // What was given before that is kept from then on, too.
    expect(await alwaysOn(host, true)).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('"loan"');
    expect(await host.end()).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain(expandedKey);
    service.kill('SIGKILL');
    await once(service, 'exit');
    const again = await stage.service();
    const door = join(directory, 'onion.sock');
    expect(await asFriend(bob, alice, door, `/${space}`)).toMatchObject({ db_name: space });
    again.kill('SIGKILL');
    await once(again, 'exit');
    // A host that the browser starts keeps it true, too: this one removes the friend.
    const own = await stage.connected();
    own.send({
      type: 'access',
      list: { version: 2, spaces: [], peers: [] },
      key: toBase64Url(randomBytes(32)),
    });
    await own.waitFor('access-in-force');
    expect(readFileSync(file, 'utf8')).not.toContain(bob.identity.address);
    expect(await alwaysOn(own)).toBe(true);
    expect(await alwaysOn(own, false)).toBe(false);
    expect(existsSync(file)).toBe(false);
    own.send({ type: 'unpublish' });
    await own.fetch('GET', '/');
    await own.end();
    expect(existsSync(file)).toBe(false);
  });

  test('with a torn file comes up with nothing of it', async () => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'always-on'), '{"publish":{"expandedKey":"AA', { mode: 0o600 });
    await stage.service();
    const host = await stage.connected();
    expect((await host.fetch('GET', '/')).status).toBe(200);
  });

  test('ends when told to, and takes its socket with it', async () => {
    const service = await stage.service();
    await stage.connected();
    service.kill('SIGTERM');
    const [code] = (await once(service, 'exit')) as [number];
    expect(code).toBe(0);
    expect(existsSync(join(directory, 'service.sock'))).toBe(false);
  });

  test('of another version is not used, and both versions are named', async () => {
    mkdirSync(directory, { recursive: true });
    const greeting = encodeFrame({ type: 'service', host: '0.0.1' });
    const other = createServer((socket) => socket.end(greeting));
    other.listen(join(directory, 'service.sock'));
    await once(other, 'listening');
    const host = stage.browser();
    const refused = await host.waitFor('refused');
    expect(refused.code).toBe('host-version');
    expect(refused.detail).toContain('service 0.0.1, host ');
    expect((await host.exited).code).toBe(1);
    other.close();
  });

  test('of another profile is not asked', async () => {
    await stage.service();
    const host = stage.browser(profile.replaceAll('0', 'e'));
    await host.waitFor('hello');
    expect((await host.fetch('GET', '/')).status).toBe(200);
  });

  test('that cannot have its folder says why', async () => {
    writeFileSync(join(stage.built.folder, 'data'), 'no folder');
    const child = stage.watch(
      spawn(stage.built.launcher, ['service', 'run', '--data', directory], {
        env: quietEnvironment(stage.built.folder),
        stdio: ['ignore', 'ignore', 'pipe'],
      }),
    );
    let told = '';
    child.stderr.on('data', (text: Buffer) => (told += text.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, told]).toEqual([1, expect.stringContaining('data-damaged')]);
  });
});
