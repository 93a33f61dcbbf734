import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launcherScript, nodeInLauncher } from '../../native-host/install/launcher.ts';
import { launcherIn } from '../../native-host/install/native-manifest.ts';
import { buildHost, type BuiltHost, quietEnvironment } from './native-host-process.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
let built: BuiltHost;
let home = '';

beforeAll(() => {
  built = buildHost();
  home = join(built.folder, 'home');
});
afterEach(() => {
  for (const folder of ['home', 'data', 'bin']) {
    rmSync(join(built.folder, folder), { recursive: true, force: true });
  }
});
afterAll(() => built.remove());

/** A PATH with what the launcher needs and no browser. */
function toolsOnly(): string {
  const tools = join(built.folder, 'tools');
  mkdirSync(tools, { recursive: true });
  for (const name of ['dirname', 'readlink']) {
    const link = join(tools, name);
    const folder = ['/usr/bin', '/bin'].find((place) => existsSync(join(place, name))) ?? '';
    if (!existsSync(link)) symlinkSync(join(folder, name), link);
  }
  return `${join(built.folder, 'bin')}:${tools}`;
}

function run(args: string[], more: Record<string, string> = {}) {
  mkdirSync(home, { recursive: true });
  const environment = quietEnvironment(built.folder, more);
  const done = spawnSync(built.launcher, args, {
    env: { ...environment, PATH: toolsOnly(), ...more },
    encoding: 'utf8',
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

const manifest = () => join(home, '.mozilla', 'native-messaging-hosts', 'network25.json');

describe('the command line', () => {
  test('--version and --help', () => {
    expect(run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
    const help = run(['--help']);
    expect(help.code).toBe(0);
    for (const command of ['install', 'uninstall', 'doctor', 'serve']) {
      expect(help.out).toContain(`network25-host ${command}`);
    }
    expect(run([])).toMatchObject({ code: 2, out: help.out });
  });

  test('backup-key makes the key of recovery words, and of nothing else', () => {
    const typed = (input: string) => {
      const { status, stdout, stderr } = spawnSync(built.launcher, ['backup-key'], {
        env: { ...quietEnvironment(built.folder), PATH: toolsOnly() },
        encoding: 'utf8',
        input,
      });
      return { status, stdout, stderr };
    };
    const words = `${'abandon '.repeat(23)}art\n`;
    expect(typed(words)).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^AGE-SECRET-KEY-1[0-9A-Z]{58}\n$/),
      stderr: '',
    });
    expect(typed('abandon ship')).toMatchObject({ status: 1, stdout: '' });
  });

  test.each([
    [['dance'], 'no command "dance"'],
    [['install', 'firefox'], '"firefox" is too much'],
    [['install', '--browser', 'netscape'], 'not "netscape"'],
    [['doctor', '--unsafe-open'], 'doctor takes no --unsafe-open'],
    [['--wat'], "'--wat'"],
    [['serve', '--listen', '127.0.0.1:0', '--unsafe-open'], '--data'],
    [['serve', '--data', 'x', '--listen', '127.0.0.1:0'], '--unsafe-open'],
    [['serve', '--data', 'x', '--listen', '0.0.0.0:80', '--unsafe-open'], 'this computer only'],
    [['serve', '--data', 'x', '--listen', 'example.org:80', '--unsafe-open'], 'this computer only'],
    [['serve', '--data', 'x', '--listen', '127.0.0.1:99999', '--unsafe-open'], 'port'],
    [['serve', '--data', 'x', '--listen', '5984', '--unsafe-open'], '127.0.0.1:PORT'],
  ])('%j is not understood, and nothing is done', (args, word) => {
    const { code, out, err } = run(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(word);
    expect(existsSync('x')).toBe(false);
  });
});

describe('install and uninstall', () => {
  test('without any browser it says so and writes nothing', () => {
    const { code, err } = run(['install']);
    expect(code).toBe(1);
    expect(err).toContain('--browser');
    expect(existsSync(join(home, '.mozilla'))).toBe(false);
  });

  test('registers what is found, again without a change, and takes it back', () => {
    mkdirSync(join(home, '.mozilla', 'firefox'), { recursive: true });
    const first = run(['install']);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain(`Firefox: registered in ${manifest()}`);
    expect(launcherIn(readFileSync(manifest(), 'utf8'))).toBe(built.launcher);
    expect(run(['install']).out).toContain('already registered');
    expect(run(['uninstall'])).toMatchObject({ code: 0 });
    expect(existsSync(manifest())).toBe(false);
    expect(run(['uninstall'])).toMatchObject({ code: 0 });
  });

  test('a browser asked for by name is registered though it was not found', () => {
    expect(run(['install', '--browser', 'librewolf', '--browser', 'mullvad']).code).toBe(0);
    for (const folder of ['.librewolf', '.mullvad-browser/.mozilla']) {
      expect(existsSync(join(home, folder, 'native-messaging-hosts', 'network25.json'))).toBe(true);
    }
    expect(existsSync(manifest())).toBe(false);
  });

  test('a Tor Browser that was named, and another home', () => {
    const torBrowser = join(home, 'my tor');
    mkdirSync(join(torBrowser, 'Browser', 'TorBrowser'), { recursive: true });
    const other = join(home, 'other');
    const args = ['--tor-browser', torBrowser, '--home', other];
    expect(run(['install', ...args]).code).toBe(0);
    const file = join(
      torBrowser,
      'Browser/TorBrowser/Data/Browser/.mozilla/native-messaging-hosts/network25.json',
    );
    expect(launcherIn(readFileSync(file, 'utf8'))).toBe(built.launcher);
    expect(run(['uninstall', ...args]).code).toBe(0);
    expect(existsSync(file)).toBe(false);
    const wrong = run(['install', '--tor-browser', home]);
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain(`no Tor Browser in ${home}`);
  });

  test('a file of the same name that is not ours is left alone, and the exit code says so', () => {
    mkdirSync(join(home, '.mozilla', 'native-messaging-hosts'), { recursive: true });
    writeFileSync(manifest(), '{"name":"network25","path":"/theirs"}');
    const { code, out } = run(['install', '--browser', 'firefox']);
    expect(code).toBe(1);
    expect(out).toContain('not ours');
    expect(run(['uninstall']).code).toBe(0);
    expect(readFileSync(manifest(), 'utf8')).toContain('/theirs');
  });

  test('install makes a launcher whose Node is gone start the Node in use', () => {
    const intact = readFileSync(built.launcher, 'utf8');
    writeFileSync(built.launcher, launcherScript('/gone/node'));
    expect(run(['--version']).code).toBe(69);
    const main = join(built.folder, 'host', 'main.js');
    const mended = spawnSync(process.execPath, [main, 'install', '--browser', 'firefox'], {
      env: quietEnvironment(built.folder),
      encoding: 'utf8',
    });
    expect(mended.status).toBe(0);
    expect(nodeInLauncher(readFileSync(built.launcher, 'utf8'))).toBe(process.execPath);
    expect(run(['--version']).code).toBe(0);
    expect(readFileSync(built.launcher, 'utf8')).toBe(intact);
  });
});

describe('doctor', () => {
  test('with nothing there says what to do, in words and as JSON', () => {
    const { code, out } = run(['doctor', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      good: false,
      version,
      node: { good: true, version: process.versions.node },
      launcher: { good: true, path: built.launcher, node: process.execPath },
      data: { path: join(built.folder, 'data'), profiles: 0, writable: true },
      browsers: [
        { name: 'firefox', found: false, manifests: [{ file: manifest(), state: 'absent' }] },
        { name: 'tor-browser', found: false },
        { name: 'librewolf', found: false },
        { name: 'mullvad', found: false },
      ],
      tor: { restriction: 'environment', places: [], ownTor: {} },
      toDo: [expect.stringContaining('No browser'), expect.stringContaining('NETWORK25_TOR')],
    });
    const words = run(['doctor']);
    expect(words.code).toBe(1);
    expect(words.out).toContain('Firefox: not found');
    expect(words.out).toContain('To do:');
  });

  test('names the candidate that was not there', () => {
    const { out } = run(['doctor', '--json'], {
      TOR_CONTROL_HOST: '127.0.0.1',
      TOR_CONTROL_PORT: '1',
    });
    expect((JSON.parse(out) as { tor: object }).tor).toMatchObject({
      places: [{ candidate: '127.0.0.1:1', origin: 'environment', outcome: 'not-there' }],
    });
  });

  test('a value of NETWORK25_TOR it does not know is named', () => {
    const { code, out } = run(['doctor'], { NETWORK25_TOR: 'everything' });
    expect(code).toBe(1);
    expect(out).toContain('NETWORK25_TOR names something else');
  });

  test('with a browser registered and a tor to start all is well', () => {
    const bin = join(built.folder, 'bin');
    mkdirSync(bin, { recursive: true });
    mkdirSync(join(home, '.mozilla', 'firefox'), { recursive: true });
    writeFileSync(
      join(bin, 'tor'),
      '#!/bin/sh\necho "Tor version 0.4.8.1.\nConfiguration was valid"\n',
      {
        mode: 0o755,
      },
    );
    expect(run(['install']).code).toBe(0);
    const { code, out } = run(['doctor', '--json'], { NETWORK25_TOR: 'own' });
    expect(JSON.parse(out)).toMatchObject({
      good: true,
      browsers: [
        { name: 'firefox', found: true, manifests: [{ state: 'registered' }] },
        {},
        {},
        {},
      ],
      tor: { ownTor: { binary: join(bin, 'tor'), version: '0.4.8.1' } },
      toDo: [],
    });
    expect(code).toBe(0);
    expect(run(['doctor'], { NETWORK25_TOR: 'own' }).out).toContain('All is well.');
  });

  test('tells of the bridges our own tor goes by, and of those that can not be read', () => {
    const bin = join(built.folder, 'bin');
    const file = join(built.folder, 'data', 'bridges.json');
    mkdirSync(bin, { recursive: true });
    mkdirSync(join(built.folder, 'data'), { recursive: true });
    for (const name of ['tor', 'webtunnel-client'])
      writeFileSync(join(bin, name), '#!/bin/sh\necho "Tor version 0.4.8.1."\n', { mode: 0o755 });
    const bridges = ['192.0.2.1:443', 'webtunnel 192.0.2.2:443 url=https://example.com/x'];
    writeFileSync(file, JSON.stringify({ bridges }));
    const words = run(['doctor'], { NETWORK25_TOR: 'own' }).out;
    expect(words).toContain('enters Tor by your bridges only: 2 set');
    expect(words).toContain(`with ${join(bin, 'webtunnel-client')}`);
    // Where a bridge is stays between the person and Tor: a report is shown to helpers.
    expect(run(['doctor', '--json'], { NETWORK25_TOR: 'own' }).out).not.toContain('192.0.2.1');
    writeFileSync(file, '{"bridges":');
    const unreadable = run(['doctor'], { NETWORK25_TOR: 'own' });
    expect(unreadable.code).toBe(1);
    expect(unreadable.out).toContain('Your bridges can not be read');
  });

  test('a registration of another copy of the host is told apart', () => {
    mkdirSync(join(home, '.mozilla', 'firefox'), { recursive: true });
    run(['install']);
    const text = readFileSync(manifest(), 'utf8');
    writeFileSync(manifest(), text.replace(built.launcher, '/elsewhere/network25-host'));
    const { code, out } = run(['doctor', '--json'], { NETWORK25_TOR: 'own' });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      browsers: [
        { manifests: [{ state: 'other-host', launcher: '/elsewhere/network25-host' }] },
        {},
        {},
        {},
      ],
    });
  });
});
