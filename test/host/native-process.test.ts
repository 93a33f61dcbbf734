import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import {
  buildHost,
  type BuiltHost,
  HostProcess,
  profile,
  quietEnvironment,
} from './native-host-process.ts';

let built: BuiltHost;
const running = new Set<HostProcess>();

beforeAll(() => {
  built = buildHost();
});
afterEach(async () => {
  for (const host of running) {
    host.child.kill('SIGKILL');
    await host.exited;
  }
  running.clear();
  rmSync(join(built.folder, 'data'), { recursive: true, force: true });
});
afterAll(() => built.remove());

function start(more: Record<string, string> = {}): HostProcess {
  const host = new HostProcess(built, quietEnvironment(built.folder, more));
  running.add(host);
  return host;
}

async function started(more: Record<string, string> = {}): Promise<HostProcess> {
  const host = start(more).hello();
  await host.waitFor('hello');
  return host;
}

describe('the handshake', () => {
  test('hello, then what Tor does', async () => {
    const host = await started();
    expect(host.received[0]).toEqual({ type: 'hello', protocol: 4, host: expect.any(String) });
    const { status } = await host.waitFor('tor-status', (sent) => sent.status.phase === 'failed');
    expect(status.code).toBe('tor-not-found');
  });

  test.each([
    ['addon-older', 1],
    ['host-older', 1_000],
  ] as const)('says %s to another version before anything is opened', async (code, protocol) => {
    const host = start().hello({ protocol });
    const detail = `host 4, add-on ${protocol}`;
    expect(await host.waitFor('refused')).toEqual({ type: 'refused', code, detail });
    expect((await host.exited).code).toBe(1);
    expect(readdirSync(built.folder)).not.toContain('data');
  });

  test('a damaged data directory is refused with its path', async () => {
    writeFileSync(join(built.folder, 'data'), 'not a folder');
    const host = start().hello();
    const refused = await host.waitFor('refused');
    expect(refused.code).toBe('data-damaged');
    expect(refused.detail).toContain(join(built.folder, 'data'));
    expect((await host.exited).code).toBe(1);
  });
});

describe('several browsers on one machine', () => {
  test('have a directory each, served at the same time, and nothing of each other', async () => {
    const one = await started();
    const profiles = [profile, 'ffeeddccbbaa99887766554433221100'];
    const other = start().hello({ profile: profiles[1] });
    await other.waitFor('hello');
    expect((await one.fetch('PUT', '/posts')).status).toBe(201);
    expect((await other.fetch('GET', '/posts')).status).toBe(404);
    expect((await other.fetch('GET', '/_all_dbs')).text.trim()).toBe('[]');
    const kept = readdirSync(join(built.folder, 'data', 'profiles'));
    expect(kept.toSorted()).toEqual(profiles);
  });

  test('may have data of different forms: a newer one is refused, its neighbour is served', async () => {
    const one = await started();
    const newer = 'ffeeddccbbaa99887766554433221100';
    const folder = join(built.folder, 'data', 'profiles', newer);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'format'), '1000 7.8.9\n');
    const other = start().hello({ profile: newer });
    expect(await other.waitFor('refused')).toEqual({
      type: 'refused',
      code: 'data-newer',
      detail: '7.8.9',
    });
    expect(readdirSync(folder)).toEqual(['format']);
    expect((await one.fetch('PUT', '/posts')).status).toBe(201);
  });
});

describe('requests', () => {
  test('an answer of 5 MB comes in chunks, each in a frame the browser takes', async () => {
    const host = await started();
    expect((await host.fetch('PUT', '/big')).status).toBe(201);
    const text = '\u0007"🧅'.repeat(8_000);
    const docs = Array.from({ length: 160 }, (_, nth) => ({ _id: `doc${nth}`, text }));
    expect((await host.fetch('POST', '/big/_bulk_docs', { docs })).status).toBe(201);
    const all = await host.fetch('GET', '/big/_all_docs?include_docs=true');
    expect(all.status).toBe(200);
    const rows = (JSON.parse(all.text) as { rows: { doc: { text: string } }[] }).rows;
    expect(rows).toHaveLength(160);
    expect(rows.every(({ doc }) => doc.text === text)).toBe(true);
    expect(all.text.length).toBeGreaterThan(5_000_000);
    expect(all.frames).toBeGreaterThan(all.text.length / limits.tunnelChunkCharacters);
    expect(host.noise).toEqual([]);
  });

  test('200 at once, each with its own answer', async () => {
    const host = await started();
    await host.fetch('PUT', '/many');
    const puts = Array.from({ length: 200 }, (_, nth) =>
      host.ask('PUT', `/many/doc${nth}`, JSON.stringify({ nth })),
    );
    for (const id of puts) expect((await host.answerTo(id)).status).toBe(201);
    const gets = Array.from({ length: 200 }, (_, nth) => host.ask('GET', `/many/doc${nth}`));
    for (const [nth, id] of gets.entries()) {
      expect(JSON.parse((await host.answerTo(id)).text)).toMatchObject({ nth });
    }
  });

  test('a long-poll answers when there is something, and stops when it is cancelled', async () => {
    const host = await started();
    await host.fetch('PUT', '/feed');
    const path = '/feed/_changes?feed=longpoll&since=now&timeout=60000';
    const cancelled = host.ask('GET', path);
    const kept = host.ask('GET', path);
    expect((await host.fetch('GET', '/feed')).status).toBe(200);
    host.send({ type: 'cancel', id: cancelled });
    expect(await host.waitFor('response-error')).toEqual({
      type: 'response-error',
      id: cancelled,
      code: 'cancelled',
    });
    await host.fetch('PUT', '/feed/doc', { hello: 1 });
    expect(JSON.parse((await host.answerTo(kept)).text)).toMatchObject({
      results: [{ id: 'doc' }],
    });
    // Its head may have gone out before; it has one end, and nothing comes after that.
    const answered = host.received.filter((sent) => 'id' in sent && sent.id === cancelled);
    expect(answered.at(-1)?.type).toBe('response-error');
    const ends = answered.filter(
      (sent) => sent.type === 'response-error' || ('last' in sent && sent.last),
    );
    expect(ends).toHaveLength(1);
  });

  test('what makes no sense is rejected, and the next request is answered', async () => {
    const host = await started();
    host.send({ type: 'publish', expandedKey: 'short', address: 'nowhere' });
    await host.waitFor('rejected', ({ code }) => code === 'malformed');
    host.child.stdin?.write(Buffer.from([3, 0, 0, 0, 0x22, 0xff, 0x22]));
    const header = Buffer.alloc(4);
    header.writeUInt32LE(limits.nativeMessageBytes + 1);
    host.child.stdin?.write(header);
    host.child.stdin?.write(Buffer.alloc(limits.nativeMessageBytes + 1));
    await host.waitFor('rejected', ({ code }) => code === 'too-large');
    expect(host.received.filter(({ type }) => type === 'rejected')).toHaveLength(3);
    expect((await host.fetch('GET', '/')).status).toBe(200);
  });

  test('bytes that are no frames at all end the host with a word', async () => {
    const host = await started();
    host.child.stdin?.write('GET / HTTP/1.1\r\n\r\n');
    expect((await host.waitFor('refused')).code).toBe('malformed');
    expect((await host.exited).code).toBe(1);
  });

  test('a SOCKS server that is none is no Tor', async () => {
    const host = await started();
    host.send({ type: 'probe-socks', id: 1, host: '127.0.0.1', port: 1 });
    host.send({ type: 'probe-socks', id: 2, host: 'example.org', port: 9050 });
    expect(await host.waitFor('probe-socks', ({ id }) => id === 1)).toMatchObject({ isTor: false });
    expect(await host.waitFor('probe-socks', ({ id }) => id === 2)).toMatchObject({ isTor: false });
  });
});

describe('the end', () => {
  test('when the browser closes the pipe the host goes, and waits for no long-poll', async () => {
    const host = await started();
    await host.fetch('PUT', '/kept');
    for (let nth = 0; nth < 20; nth += 1) {
      host.ask('GET', '/kept/_changes?feed=longpoll&since=now&timeout=3600000');
    }
    await host.fetch('PUT', '/kept/doc', { kept: true });
    expect(await host.end()).toBe(0);
    const again = await started();
    expect(JSON.parse((await again.fetch('GET', '/kept/doc')).text)).toMatchObject({ kept: true });
  });

  test('also when the browser has stopped reading and the pipe is full', async () => {
    const host = await started();
    await host.fetch('PUT', '/full');
    await host.fetch('PUT', '/full/doc', { text: 'x'.repeat(500_000) });
    host.child.stdout?.pause();
    for (let nth = 0; nth < 50; nth += 1) host.ask('GET', '/full/doc');
    await new Promise((resolve) => setTimeout(resolve, 300));
    host.child.stdin?.end();
    await new Promise((resolve) => host.child.once('exit', resolve));
    host.child.stdout?.resume();
  });

  test('SIGTERM ends it the same way', async () => {
    const host = await started();
    host.child.kill('SIGTERM');
    expect(await host.exited).toEqual({ code: 0, signal: null });
  });

  test('before hello too', async () => {
    const host = start();
    expect(await host.end()).toBe(0);
  });

  test('after kill -9 the next one starts and has what was stored', async () => {
    for (let round = 0; round < 3; round += 1) {
      const host = await started();
      await host.fetch('PUT', '/killed');
      expect((await host.fetch('PUT', `/killed/doc${round}`, { round })).status).toBe(201);
      host.child.kill('SIGKILL');
      await host.exited;
    }
    const host = await started();
    const all = JSON.parse((await host.fetch('GET', '/killed/_all_docs')).text) as object;
    expect(all).toMatchObject({ total_rows: 3 });
  });

  test('a second host on the same data is refused, and the first goes on', async () => {
    const first = await started();
    const second = start().hello();
    expect((await second.waitFor('refused')).code).toBe('data-in-use');
    expect((await second.exited).code).toBe(1);
    expect((await first.fetch('GET', '/')).status).toBe(200);
    const other = start().hello({ profile: profile.replaceAll('0', 'f') });
    await other.waitFor('hello');
  });

  test('a browser that restarts at once waits for the host before it', async () => {
    const first = await started();
    const second = start().hello();
    setTimeout(() => first.child.stdin?.end(), 500);
    await second.waitFor('hello');
  });
});

test('the log says what happened and nothing else', async () => {
  const log = join(built.folder, 'host.log');
  const host = await started({ NETWORK25_LOG: log });
  const secret = Buffer.alloc(64, 7).toString('base64');
  const address = `${'a'.repeat(56)}.onion`;
  host.send({ type: 'publish', expandedKey: secret, address });
  host.send({ type: 'look-for-tor', password: 'correct horse' });
  await host.fetch('PUT', '/secretname');
  await host.end();
  const text = readFileSync(log, 'utf8');
  expect(text.split('\n').map((line) => line.split(' ')[2])).toEqual(
    expect.arrayContaining(['started', 'ended']),
  );
  for (const word of [secret, address, 'horse', 'secretname']) expect(text).not.toContain(word);
  expect(host.stderr).toBe('');
});

describe('a profile that is no more', () => {
  const other = 'ffeeddccbbaa99887766554433221100';
  const folder = (name: string) => join(built.folder, 'data', 'profiles', name);

  test('is erased, and only that one', async () => {
    const first = await started();
    await first.fetch('PUT', '/blog');
    first.child.stdin?.end();
    await first.exited;
    expect(readdirSync(folder(profile))).not.toEqual([]);
    const next = start().hello({ profile: other });
    await next.waitFor('hello');
    await next.fetch('PUT', '/blog');
    for (const id of [1, 2]) {
      next.send({ type: 'erase', id, profile });
      // The second time there is nothing left to do.
      expect(await next.waitFor('erase', (sent) => sent.id === id)).toEqual({ type: 'erase', id });
      expect(existsSync(folder(profile))).toBe(false);
    }
    expect((await next.fetch('GET', '/blog')).status).toBe(200);
  });

  test('stays while somebody serves it, and goes as soon as they are gone', async () => {
    const serving = await started();
    const next = start().hello({ profile: other });
    await next.waitFor('hello');
    next.send({ type: 'erase', id: 1, profile: other });
    expect(await next.waitFor('erase')).toEqual({ type: 'erase', id: 1, code: 'data-in-use' });
    next.send({ type: 'erase', id: 2, profile });
    serving.child.stdin?.end();
    await serving.exited;
    expect(await next.waitFor('erase', ({ id }) => id === 2)).toEqual({ type: 'erase', id: 2 });
    expect(existsSync(folder(profile))).toBe(false);
    expect(existsSync(folder(other))).toBe(true);
  });

  test.each(['../other', '', `${profile}/..`, 'FF'.repeat(16)])(
    'has a name of our own making: %j is none',
    async (name) => {
      const host = await started();
      host.send({ type: 'erase', id: 1, profile: name });
      expect(await host.waitFor('rejected')).toEqual({ type: 'rejected', code: 'malformed' });
    },
  );
});
