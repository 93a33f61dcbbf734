import { describe, expect, test } from 'vitest';
import { dataRoot, profileDirectory, type Surroundings } from '../../native-host/data-directory.ts';

describe('where data lives', () => {
  const linux: Surroundings = { env: {}, platform: 'linux', home: '/home/ann' };
  test.each<[string, Surroundings, string]>([
    ['Linux', linux, '/home/ann/.local/share/network25'],
    [
      'Linux with XDG_DATA_HOME',
      { ...linux, env: { XDG_DATA_HOME: '/data/ann' } },
      '/data/ann/network25',
    ],
    [
      'a relative XDG_DATA_HOME, which the specification tells to ignore',
      { ...linux, env: { XDG_DATA_HOME: 'data' } },
      '/home/ann/.local/share/network25',
    ],
    [
      'under Tor Browser, whose HOME is its own folder',
      {
        ...linux,
        home: '/home/ann/tor-browser/Browser',
        env: { BB_ORIGINAL_HOME: '/home/ann' },
      },
      '/home/ann/.local/share/network25',
    ],
    [
      'under Tor Browser with an XDG_DATA_HOME inside its folder',
      {
        ...linux,
        home: '/home/ann/tb/Browser',
        env: { BB_ORIGINAL_HOME: '/home/ann', XDG_DATA_HOME: '/home/ann/tb/Browser/.local/share' },
      },
      '/home/ann/.local/share/network25',
    ],
    [
      'under Tor Browser with an XDG_DATA_HOME of the person',
      {
        ...linux,
        home: '/home/ann/tb/Browser',
        env: { BB_ORIGINAL_HOME: '/home/ann', XDG_DATA_HOME: '/data/ann' },
      },
      '/data/ann/network25',
    ],
    [
      'macOS',
      { env: {}, platform: 'darwin', home: '/Users/ann' },
      '/Users/ann/Library/Application Support/Network25',
    ],
    [
      'Windows',
      {
        env: { LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local' },
        platform: 'win32',
        home: 'C:\\Users\\ann',
      },
      'C:\\Users\\ann\\AppData\\Local\\Network25',
    ],
    [
      'a directory of one’s choice',
      { ...linux, env: { NETWORK25_DATA_DIR: '/srv/n25' } },
      '/srv/n25',
    ],
  ])('%s', (_, surroundings, expected) => {
    expect(dataRoot(surroundings)).toBe(expected);
  });

  test('each profile has its own folder', () => {
    expect(profileDirectory('/srv/n25', 'ab12')).toBe('/srv/n25/profiles/ab12');
  });
});
