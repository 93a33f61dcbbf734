import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openControl, type AuthenticationHints } from '../../native-host/tor/authenticate.ts';
import { fakeControlServer, protocolInfo, type FakeServer } from './fake-control-server.ts';

const cookie = Buffer.alloc(32, 7);
const noHints: AuthenticationHints = { passwords: [] };

let folder: string;
let cookieFile: string;
let server: FakeServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'n25-cookie-'));
  cookieFile = join(folder, 'control_auth_cookie');
  await writeFile(cookieFile, cookie.toString('latin1'), 'latin1');
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => server.close());

const open = async (started: FakeServer, hints: AuthenticationHints = noHints) => {
  server = started;
  const opened = await openControl({ host: '127.0.0.1', port: started.port }, hints);
  opened.connection.close();
  return opened;
};

const hmac = (key: string, ...parts: string[]) =>
  createHmac('sha256', key)
    .update(
      Buffer.from(cookie.toString('hex') + parts.join(''), 'hex').toString('latin1'),
      'latin1',
    )
    .digest('hex');

const serverNonce = 'ab'.repeat(32);

/** A server that knows `hash` and checks the client's answer as Tor does. */
const safeCookieServer = (serverHash?: string, offered = 'COOKIE,SAFECOOKIE,HASHEDPASSWORD') => {
  let expected = '';
  return fakeControlServer({
    PROTOCOLINFO: protocolInfo(offered, cookieFile),
    AUTHCHALLENGE: (line, socket) => {
      const clientNonce = line.split(' ')[2] ?? '';
      const honest = hmac(
        'Tor safe cookie authentication server-to-controller hash',
        clientNonce,
        serverNonce,
      );
      expected = hmac(
        'Tor safe cookie authentication controller-to-server hash',
        clientNonce,
        serverNonce,
      );
      const hash = (serverHash ?? honest).toUpperCase();
      socket.write(`250 AUTHCHALLENGE SERVERHASH=${hash} SERVERNONCE=${serverNonce}\r\n`);
    },
    AUTHENTICATE: (line, socket) =>
      socket.write(
        line === `AUTHENTICATE ${expected}` ? '250 OK\r\n' : '515 Authentication failed\r\n',
      ),
  });
};

describe('authentication at a control port', () => {
  it('proves the cookie without showing it (SAFECOOKIE)', async () => {
    await expect(open(await safeCookieServer())).resolves.toMatchObject({
      method: 'safecookie',
      version: '0.4.9.11',
    });
    expect(server.lines.join('\n')).not.toContain(cookie.toString('hex'));
  });

  it('tells a server that does not know the cookie nothing more, not even a password', async () => {
    const impostor = open(await safeCookieServer('00'.repeat(32)), { passwords: ['secret'] });
    await expect(impostor).rejects.toMatchObject({ code: 'tor-refused' });
    expect(server.lines.map((line) => line.split(' ')[0])).toEqual([
      'PROTOCOLINFO',
      'AUTHCHALLENGE',
    ]);
  });

  it.each(['', 'zz'.repeat(32), 'ab', 'ab'.repeat(33)])(
    'refuses the server hash "%s"',
    async (hash) => {
      await expect(open(await safeCookieServer(hash))).rejects.toMatchObject({
        code: 'tor-refused',
      });
    },
  );

  it('shows a cookie (COOKIE) only to a port that knows nothing better', async () => {
    const old = await fakeControlServer({
      PROTOCOLINFO: protocolInfo('COOKIE', cookieFile),
      [`AUTHENTICATE ${cookie.toString('hex')}`]: '250 OK\r\n',
    });
    await expect(open(old)).resolves.toMatchObject({ method: 'cookie' });
  });

  it('does not show any other 32-byte file to a port that asks for one', async () => {
    const key = join(folder, 'vault-key');
    await writeFile(key, 'k'.repeat(32));
    const thief = await fakeControlServer({ PROTOCOLINFO: protocolInfo('COOKIE', key) });
    await expect(open(thief)).rejects.toMatchObject({ code: 'tor-refused' });
    expect(thief.lines).toEqual(['PROTOCOLINFO 1']);
  });

  it('says so when the cookie cannot be read or is none', async () => {
    const long = join(folder, 'control.authcookie');
    await writeFile(long, 'x'.repeat(33));
    for (const file of [join(folder, 'missing'), folder, long]) {
      const fake = await fakeControlServer({ PROTOCOLINFO: protocolInfo('SAFECOOKIE', file) });
      await expect(open(fake)).rejects.toMatchObject({ code: 'tor-cookie-unreadable' });
      expect(fake.lines.filter((line) => line !== 'PROTOCOLINFO 1')).toEqual([]);
      await fake.close();
    }
    server = await fakeControlServer({});
  });

  it('falls back to a password when the cookie cannot be read, on a new connection', async () => {
    const fake = await fakeControlServer({
      PROTOCOLINFO: protocolInfo('SAFECOOKIE,HASHEDPASSWORD', join(folder, 'missing')),
      'AUTHENTICATE 7365637265742022c3bc22': '250 OK\r\n',
    });
    const opened = await open(fake, { passwords: ['secret "ü"'] });
    expect(opened.method).toBe('password');
    expect(fake.lines.filter((line) => line.startsWith('PROTOCOLINFO'))).toHaveLength(2);
  });

  it('tries every password it has; a wrong one and a missing one ask for the same thing', async () => {
    const script = {
      PROTOCOLINFO: protocolInfo('HASHEDPASSWORD'),
      'AUTHENTICATE 62': '250 OK\r\n',
      AUTHENTICATE: '515 Authentication failed: Password did not match\r\n',
    };
    await expect(
      open(await fakeControlServer(script), { passwords: ['a', 'b'] }),
    ).resolves.toMatchObject({ method: 'password' });
    await server.close();
    for (const passwords of [['a'], []]) {
      const opening = open(await fakeControlServer(script), { passwords });
      await expect(opening).rejects.toMatchObject({ code: 'tor-wrong-password' });
      await server.close();
    }
    server = await fakeControlServer({});
  });

  it('enters an open port (NULL)', async () => {
    const opened = await open(
      await fakeControlServer({ PROTOCOLINFO: protocolInfo('NULL'), AUTHENTICATE: '250 OK\r\n' }),
    );
    expect(opened.method).toBe('null');
  });

  it.each([
    ['says no to PROTOCOLINFO', '510 Unrecognized command\r\n'],
    ['names no methods', '250-PROTOCOLINFO 1\r\n250 OK\r\n'],
    ['greets as a mail server', '220 mail.example ESMTP\r\n'],
  ])('refuses a port that %s', async (_, answer) => {
    const opening = open(await fakeControlServer({ PROTOCOLINFO: answer }));
    await expect(opening).rejects.toMatchObject({ code: 'malformed' });
  });

  it('refuses a port whose methods it does not know', async () => {
    const opening = open(await fakeControlServer({ PROTOCOLINFO: protocolInfo('TELEPATHY') }));
    await expect(opening).rejects.toMatchObject({ code: 'tor-refused' });
  });
});
