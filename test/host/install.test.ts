import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type BrowserPlaces,
  findBrowsers,
  wrongTorBrowsers,
} from '../../native-host/install/browsers.ts';
import { launcherScript, nodeInLauncher } from '../../native-host/install/launcher.ts';
import type { Machine } from '../../native-host/install/machine.ts';
import { launcherIn, manifestText } from '../../native-host/install/native-manifest.ts';
import { readRegistration, register, unregister } from '../../native-host/install/registration.ts';
import { FrameReader } from '../../native-host/messaging/framing.ts';
import { addonId, fromHostSchema } from '../../src/protocol/native-messages.ts';
import * as v from 'valibot';

const launcher = '/opt/network25/host/network25-host';
let root = '';
let home = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'n25-install-'));
  home = join(root, 'home', 'ann');
  mkdirSync(home, { recursive: true });
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function machine(platform: NodeJS.Platform, changes: Partial<Machine> = {}): Machine {
  return { platform, home, path: [], root, torBrowsers: [], ...changes };
}

function plant(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  }
}

/** What was found, as `name: places`, places written from home or from the root. */
function foundOn(on: Machine): Record<string, string[]> {
  const found = findBrowsers(on).filter((browser) => browser.found);
  return Object.fromEntries(
    found.map(({ name, directories }) => [
      name,
      directories.map((path) => path.replace(home, '~').replace(root, '')),
    ]),
  );
}

describe('browsers on Linux', () => {
  test('an empty home has none', () => {
    expect(foundOn(machine('linux'))).toEqual({});
  });

  test('Firefox by its profiles, old place or new, or by its program', () => {
    const expected = { firefox: ['~/.mozilla/native-messaging-hosts'] };
    const bin = join(root, 'usr', 'bin');
    plant(join(bin, 'firefox-esr'));
    expect(foundOn(machine('linux', { path: [bin] }))).toEqual(expected);
    mkdirSync(join(home, '.config', 'mozilla'), { recursive: true });
    expect(foundOn(machine('linux'))).toEqual(expected);
    rmSync(join(home, '.config'), { recursive: true });
    mkdirSync(join(home, '.mozilla', 'firefox'), { recursive: true });
    expect(foundOn(machine('linux'))).toEqual(expected);
  });

  test('Tor Browser wherever it was unpacked, by torbrowser-launcher, as a package, and by name', () => {
    const inside = 'Browser/TorBrowser/Data/Browser/.mozilla/native-messaging-hosts';
    const launched = '.local/share/torbrowser/tbb/x86_64/tor-browser';
    for (const folder of ['tor-browser', 'Desktop/tor-browser_en-US', launched]) {
      mkdirSync(join(home, folder, 'Browser', 'TorBrowser'), { recursive: true });
    }
    mkdirSync(join(root, 'opt', 'tor-browser', 'Browser', 'TorBrowser'), { recursive: true });
    mkdirSync(join(home, 'Downloads', 'tor-browser-not-unpacked'), { recursive: true });
    const named = join(root, 'stick', 'TB');
    mkdirSync(join(named, 'Browser', 'TorBrowser'), { recursive: true });
    const on = machine('linux', { torBrowsers: [named] });
    expect(wrongTorBrowsers(on)).toEqual([]);
    expect(foundOn(on)).toEqual({
      'tor-browser': [
        `/stick/TB/${inside}`,
        `~/tor-browser/${inside}`,
        `~/Desktop/tor-browser_en-US/${inside}`,
        `/opt/tor-browser/${inside}`,
        `~/${launched}/${inside}`,
      ],
    });
    mkdirSync(join(home, '.tor-browser'));
    expect(foundOn(on)['tor-browser']).toContain('~/.tor-browser/.mozilla/native-messaging-hosts');
    expect(wrongTorBrowsers(machine('linux', { torBrowsers: [home] }))).toEqual([home]);
  });

  test('LibreWolf and Mullvad Browser', () => {
    mkdirSync(join(home, '.librewolf'));
    mkdirSync(join(home, '.mullvad-browser'));
    plant(join(home, 'mullvad-browser', 'Browser', 'start-mullvad-browser'));
    expect(foundOn(machine('linux'))).toEqual({
      librewolf: ['~/.librewolf/native-messaging-hosts'],
      mullvad: [
        '~/mullvad-browser/Browser/Data/.mozilla/native-messaging-hosts',
        '~/.mullvad-browser/.mozilla/native-messaging-hosts',
      ],
    });
  });
});

describe('browsers on macOS', () => {
  test('by application or by data', () => {
    expect(foundOn(machine('darwin'))).toEqual({});
    mkdirSync(join(root, 'Applications', 'Firefox.app'), { recursive: true });
    mkdirSync(join(home, 'Applications', 'Tor Browser.app'), { recursive: true });
    const support = join(home, 'Library', 'Application Support');
    mkdirSync(join(support, 'LibreWolf'), { recursive: true });
    mkdirSync(join(support, 'MullvadBrowser-Data'), { recursive: true });
    const place = '~/Library/Application Support';
    expect(foundOn(machine('darwin'))).toEqual({
      firefox: [`${place}/Mozilla/NativeMessagingHosts`],
      'tor-browser': [
        `${place}/TorBrowser-Data/Browser/Mozilla/NativeMessagingHosts`,
        `${place}/Mozilla/NativeMessagingHosts`,
      ],
      librewolf: [`${place}/LibreWolf/NativeMessagingHosts`],
      mullvad: [
        `${place}/MullvadBrowser-Data/Browser/Mozilla/NativeMessagingHosts`,
        `${place}/Mozilla/NativeMessagingHosts`,
      ],
    });
  });
});

test('on Windows no directory is looked in: the registry names the manifest', () => {
  expect(findBrowsers(machine('win32'))).toEqual([]);
});

describe('registration', () => {
  const firefox = (): BrowserPlaces[] =>
    findBrowsers(machine('linux')).filter(({ name }) => name === 'firefox');
  const file = () => join(home, '.mozilla', 'native-messaging-hosts', 'network25.json');
  const outcomes = (changes: { outcome: string }[]) => changes.map(({ outcome }) => outcome);

  test('writes what the browser wants, once, and follows a host that moved', () => {
    expect(outcomes(register(firefox(), launcher))).toEqual(['written']);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({
      name: 'network25',
      description: expect.stringContaining('Network25'),
      path: launcher,
      type: 'stdio',
      allowed_extensions: [addonId],
    });
    expect(outcomes(register(firefox(), launcher))).toEqual(['unchanged']);
    expect(outcomes(register(firefox(), '/elsewhere/network25-host'))).toEqual(['written']);
    expect(readRegistration(file())).toEqual({
      state: 'ours',
      launcher: '/elsewhere/network25-host',
    });
    expect(outcomes(unregister(firefox()))).toEqual(['removed']);
    expect(outcomes(unregister(firefox()))).toEqual(['absent']);
    expect(existsSync(file())).toBe(false);
  });

  test.each([
    ['another program of that name', manifestText('/x').replace(addonId, 'other@example.org')],
    ['no manifest', 'my notes'],
    ['an empty file', ''],
  ])('leaves %s alone', (_, content) => {
    plant(file());
    writeFileSync(file(), content);
    expect(outcomes(register(firefox(), launcher))).toEqual(['foreign']);
    expect(outcomes(unregister(firefox()))).toEqual(['foreign']);
    expect(readFileSync(file(), 'utf8')).toBe(content);
  });

  test('one place that cannot be written does not keep the others from it', () => {
    writeFileSync(join(home, '.mozilla'), 'a file where a folder should be');
    mkdirSync(join(home, '.librewolf'));
    const browsers = findBrowsers(machine('linux')).filter(
      ({ name }) => name === 'firefox' || name === 'librewolf',
    );
    expect(outcomes(register(browsers, launcher))).toEqual(['failed', 'written']);
  });

  test('a place two browsers share is written once', () => {
    const changes = register(findBrowsers(machine('darwin')), launcher);
    expect(new Set(changes.map((change) => change.file)).size).toBe(changes.length);
    expect(changes).toHaveLength(4);
  });

  test('only our manifests are recognized', () => {
    expect(launcherIn(manifestText(launcher))).toBe(launcher);
    expect(launcherIn('{"name":"network25"}')).toBeUndefined();
    expect(launcherIn('[]')).toBeUndefined();
  });
});

describe('the launcher', () => {
  /** A host folder whose main.js only says how it was started. */
  function hostFolder(node: string): string {
    const folder = join(root, "it's a folder");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(
      join(folder, 'main.js'),
      'console.log(JSON.stringify([process.execPath, process.argv.slice(1), process.env.LD_LIBRARY_PATH ?? null]))',
    );
    const path = join(folder, 'network25-host');
    writeFileSync(path, launcherScript(node));
    chmodSync(path, 0o755);
    return path;
  }

  test('starts main.js with its own Node, without a PATH, also through a link', () => {
    const path = hostFolder(process.execPath);
    const link = join(root, 'link');
    symlinkSync("it's a folder/network25-host", link);
    for (const started of [path, link]) {
      const said = execFileSync(started, ['a b', '"c"'], {
        env: { PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: '/tor-browser' },
        encoding: 'utf8',
      });
      expect(JSON.parse(said)).toEqual([
        process.execPath,
        [join(dirname(path), 'main.js'), 'a b', '"c"'],
        null,
      ]);
    }
    expect(nodeInLauncher(readFileSync(path, 'utf8'))).toBe(process.execPath);
  });

  test('says in words when its Node is gone, and to a browser in a frame it understands', () => {
    const gone = join(root, "ann's node");
    const path = hostFolder(gone);
    expect(nodeInLauncher(readFileSync(path, 'utf8'))).toBe(gone);
    const shell = spawnSync(path, ['doctor'], { encoding: 'utf8' });
    expect(shell.status).toBe(69);
    expect(shell.stdout).toBe('');
    expect(shell.stderr).toContain(gone);
    const browser = spawnSync(path, ['/home/ann/network25.json', addonId]);
    const [incoming, ...more] = new FrameReader().push(new Uint8Array(browser.stdout));
    expect(more).toEqual([]);
    expect(incoming?.kind).toBe('message');
    if (incoming?.kind !== 'message') return;
    expect(v.parse(fromHostSchema, incoming.value)).toMatchObject({
      type: 'refused',
      code: 'host-missing',
    });
  });
});
