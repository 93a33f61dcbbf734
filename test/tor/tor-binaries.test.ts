import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  findTorBinary,
  torBinaryPlaces,
  torEnvironment,
} from '../../native-host/tor/tor-binaries.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'n25-homes-'));
});
afterAll(() => rm(folder, { recursive: true }));

const program = async (path: string, mode = 0o755) => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, mode);
  return path;
};

describe('the tor program', () => {
  it('is looked for in PATH, then where systems keep it, then in Tor Browser', () => {
    const places = torBinaryPlaces({
      environment: { HOME: '/home/ada', PATH: '/opt/x:/usr/bin:relative:' },
      platform: 'linux',
    }).map(({ path }) => path);
    expect(places.slice(0, 3)).toEqual(['/opt/x/tor', '/usr/bin/tor', '/usr/sbin/tor']);
    expect(places).toContain('/home/ada/tor-browser/Browser/TorBrowser/Tor/tor');
    expect(places.every((path) => path.startsWith('/'))).toBe(true);
    expect(new Set(places).size).toBe(places.length);
  });

  it('is found inside the Tor Browser that started us, with its libraries', async () => {
    const home = join(folder, 'tb', 'Browser');
    const path = await program(join(home, 'TorBrowser', 'Tor', 'tor'));
    const places = torBinaryPlaces({ environment: { HOME: home }, platform: 'linux' });
    const found = await findTorBinary(places.filter((place) => place.path.startsWith(folder)));
    expect(found).toEqual({ path, libraries: dirname(path) });
  });

  it('is known on macOS and Windows', () => {
    const mac = torBinaryPlaces({ environment: { HOME: '/Users/ada' }, platform: 'darwin' });
    expect(mac).toContainEqual({ path: '/Applications/Tor Browser.app/Contents/MacOS/Tor/tor' });
    const windows = torBinaryPlaces({
      environment: { USERPROFILE: 'C:\\Users\\ada', Path: 'C:\\tools;relative' },
      platform: 'win32',
    }).map(({ path }) => path);
    expect(windows[0]).toBe('C:\\tools\\tor.exe');
    expect(windows).toContain(
      'C:\\Users\\ada\\Desktop\\Tor Browser\\Browser\\TorBrowser\\Tor\\tor.exe',
    );
  });

  it('must be a program', async () => {
    const text = await program(join(folder, 'text', 'tor'), 0o644);
    const real = await program(join(folder, 'real', 'tor'));
    expect(await findTorBinary([{ path: text }, { path: real }])).toEqual({ path: real });
    expect(await findTorBinary([{ path: join(folder, 'none') }])).toBeUndefined();
  });

  it('gets neither another program’s libraries nor another Tor’s password', () => {
    const environment = {
      PATH: '/usr/bin',
      LD_LIBRARY_PATH: '/opt/tb/Tor',
      TOR_CONTROL_PASSWD: 'secret',
    };
    expect(torEnvironment(environment, { path: '/usr/bin/tor' })).toEqual({ PATH: '/usr/bin' });
    expect(torEnvironment(environment, { path: '/a/tor', libraries: '/a' })).toEqual({
      PATH: '/usr/bin',
      LD_LIBRARY_PATH: '/a',
    });
  });
});
