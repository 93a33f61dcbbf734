import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareProfile, profileFolder } from '../../scripts/lib/own-profile.mjs';
import { findTorBrowser } from '../../scripts/lib/tor-browser.mjs';

describe('where Network25 opens', () => {
  it('is Tor Browser where somebody keeps it', () => {
    const starter = '/home/ada/tor-browser/Browser/start-tor-browser';
    expect(findTorBrowser('/home/ada', 'linux', (path) => path === starter)).toEqual({
      place: '/home/ada/tor-browser',
      starter,
    });
    expect(
      findTorBrowser('/Users/ada', 'darwin', (path) => path.startsWith('/Applications/'))?.place,
    ).toBe('/Applications/Tor Browser.app');
  });

  it('is Firefox where there is none', () => {
    expect(findTorBrowser('/home/ada', 'linux', () => false)).toBeUndefined();
    expect(profileFolder({ HOME: '/home/ada' })).toBe(
      '/home/ada/.local/share/network25/firefox-profile',
    );
  });
});

describe('the lasting profile', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'n25-start-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gets the add-on, and keeps what a person has allowed or taken back', () => {
    const xpi = join(folder, 'network25.xpi');
    writeFileSync(xpi, 'add-on');
    const profile = join(folder, 'profile');
    const firstPage = prepareProfile(profile, xpi);
    expect(firstPage).toMatch(/^moz-extension:\/\/[\da-f-]{36}\/popup\/popup.html$/);
    const allowed = join(profile, 'extension-preferences.json');
    const mine = { 'network25@network25.invalid': { permissions: [], origins: [] }, other: {} };
    writeFileSync(allowed, JSON.stringify(mine));
    // The same address at each start, or what the add-on has stored would be out of its reach.
    expect(prepareProfile(profile, xpi)).toBe(firstPage);
    expect(prepareProfile(join(folder, 'another'), xpi)).not.toBe(firstPage);
    expect(JSON.parse(readFileSync(allowed, 'utf8'))).toEqual(mine);
    expect(
      readFileSync(join(profile, 'extensions', 'network25@network25.invalid.xpi'), 'utf8'),
    ).toBe('add-on');
  });
});
