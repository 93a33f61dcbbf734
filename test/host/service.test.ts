import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chooseAlwaysOn } from '../../native-host/always-on.ts';
import { encodeFrame } from '../../native-host/messaging/framing.ts';
import { randomBytes } from '../../src/domain/sodium.ts';
import { toBase64Url } from '../../src/domain/bytes.ts';
import { blogSpace } from '../../src/domain/space/charter.ts';
import { makeTransportKey } from '../../src/domain/peer-handshake/transport-key.ts';
import { person } from '../domain/people.ts';
import {
  buildHost,
  type BuiltHost,
  HostProcess,
  profile,
  quietEnvironment,
} from './native-host-process.ts';
import { asFriend } from './service-friend.ts';

const alice = person('Alice');
const bob = person('Bob');
const space = blogSpace(alice.identity.publicKey, 'For Bob', alice.random).name;
let built: BuiltHost;
let directory = '';
const running = new Set<ChildProcess>();

beforeAll(() => {
  built = buildHost();
  directory = join(built.folder, 'data', 'profiles', profile);
});
afterEach(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  running.clear();
  rmSync(join(built.folder, 'data'), { recursive: true, force: true });
});
afterAll(() => built.remove());

/** What the service manager would start; resolves when it serves. */
async function startService(expected = 'Serving'): Promise<ChildProcess> {
  const child = spawn(built.launcher, ['service', 'run', '--data', directory], {
    env: quietEnvironment(built.folder),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  words.set(child, '');
  child.stdout.on('data', (text: Buffer) =>
    words.set(child, `${words.get(child)}${text.toString()}`),
  );
  await said(child, expected);
  return child;
}

const words = new WeakMap<ChildProcess, string>();

async function said(child: ChildProcess, expected: string): Promise<void> {
  await expect.poll(() => words.get(child), { timeout: 30_000 }).toContain(expected);
}

function browser(): HostProcess {
  const host = new HostProcess(built, quietEnvironment(built.folder));
  running.add(host.child);
  return host.hello();
}

async function connected(): Promise<HostProcess> {
  const host = browser();
  await host.waitFor('hello');
  return host;
}

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

describe('a service', () => {
  test('is what a browser talks to, through a socket for this account alone', async () => {
    await startService();
    const host = await connected();
    expect(statSync(join(directory, 'service.sock')).mode & 0o777).toBe(0o600);
    await host.fetch('PUT', '/kept');
    const text = 'x'.repeat(900_000);
    const docs = [1, 2, 3, 4].map((nth) => ({ _id: `doc${nth}`, text }));
    expect((await host.fetch('POST', '/kept/_bulk_docs', { docs })).status).toBe(201);
    const all = await host.fetch('GET', '/kept/_all_docs?include_docs=true');
    expect(all.text.length).toBeGreaterThan(3_600_000);
    expect(await host.end()).toBe(0);
    const next = await connected();
    expect(json((await next.fetch('GET', '/kept')).text)).toMatchObject({ doc_count: 4 });
  });

  test('lets friends in by the handshake when the browser has gone, and keeps nothing of that readable on the disk', async () => {
    await startService();
    const host = await connected();
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
    mkdirSync(directory, { recursive: true });
    chooseAlwaysOn(directory, true);
    const service = await startService();
    const host = await connected();
    await host.fetch('PUT', `/${space}`);
    const expandedKey = giveRights(host);
    await host.waitFor('access-in-force');
    expect(await host.end()).toBe(0);
    const file = join(directory, 'always-on');
    await expect.poll(() => readFileSync(file, 'utf8'), { timeout: 30_000 }).toContain('"loan"');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain(expandedKey);
    service.kill('SIGKILL');
    await once(service, 'exit');
    const again = await startService();
    const door = join(directory, 'onion.sock');
    expect(await asFriend(bob, alice, door, `/${space}`)).toMatchObject({ db_name: space });
    again.kill('SIGKILL');
    await once(again, 'exit');
    // A host that the browser starts keeps it true, too: this one removes the friend.
    const own = await connected();
    own.send({
      type: 'access',
      list: { version: 2, spaces: [], peers: [] },
      key: toBase64Url(randomBytes(32)),
    });
    await own.waitFor('access-in-force');
    expect(readFileSync(file, 'utf8')).not.toContain(bob.identity.address);
    chooseAlwaysOn(directory, false);
    own.send({ type: 'unpublish' });
    await own.fetch('GET', '/');
    await own.end();
    expect(existsSync(file)).toBe(false);
  });

  test('with a torn file comes up with nothing of it', async () => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'always-on'), '{"publish":{"expandedKey":"AA', { mode: 0o600 });
    await startService();
    const host = await connected();
    expect((await host.fetch('GET', '/')).status).toBe(200);
  });

  test('is killed: the browser is told by the end of its host, and the next takes over with all there was', async () => {
    const service = await startService();
    const host = await connected();
    await host.fetch('PUT', '/kept');
    service.kill('SIGKILL');
    expect((await host.exited).code).toBe(1);
    const next = await connected();
    expect((await next.fetch('GET', '/kept')).status).toBe(200);
    const waiting = await startService('waiting');
    expect(await next.end()).toBe(0);
    await said(waiting, 'Serving');
    const last = await connected();
    expect((await last.fetch('GET', '/kept')).status).toBe(200);
  });

  test('has one browser at a time, and the next as soon as that has gone', async () => {
    await startService();
    const first = await connected();
    const second = browser();
    const refused = await second.waitFor('refused');
    expect(refused.code).toBe('data-in-use');
    await second.exited;
    const third = browser();
    await first.end();
    await third.waitFor('hello');
  });

  test('ends when told to, and takes its socket with it', async () => {
    const service = await startService();
    await connected();
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
    const host = browser();
    const refused = await host.waitFor('refused');
    expect(refused.code).toBe('host-version');
    expect(refused.detail).toContain('service 0.0.1, host ');
    expect((await host.exited).code).toBe(1);
    other.close();
  });

  test('of another profile is not asked', async () => {
    await startService();
    const host = new HostProcess(built, quietEnvironment(built.folder));
    running.add(host.child);
    host.hello({ profile: profile.replaceAll('0', 'e') });
    await host.waitFor('hello');
    expect((await host.fetch('GET', '/')).status).toBe(200);
  });

  test('that cannot have its folder says why', async () => {
    writeFileSync(join(built.folder, 'data'), 'no folder');
    const child = spawn(built.launcher, ['service', 'run', '--data', directory], {
      env: quietEnvironment(built.folder),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    running.add(child);
    let told = '';
    child.stderr.on('data', (text: Buffer) => (told += text.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, told]).toEqual([1, expect.stringContaining('data-damaged')]);
  });
});
