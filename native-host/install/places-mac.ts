import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserName, Found, Machine } from './machine.ts';

const hosts = 'NativeMessagingHosts';

interface MacBrowser {
  application: string;
  /** Its folders under ~/Library/Application Support; any of them shows that it was used. */
  signs: string[];
  /** Where it looks, from the same folder. */
  places: string[];
}

/** Tor Browser and its kin looked in their own data folder in some versions and in Mozilla's in others. */
const browsers: Record<BrowserName, MacBrowser> = {
  firefox: { application: 'Firefox.app', signs: ['Firefox'], places: ['Mozilla'] },
  'tor-browser': {
    application: 'Tor Browser.app',
    signs: ['TorBrowser-Data'],
    places: [join('TorBrowser-Data', 'Browser', 'Mozilla'), 'Mozilla'],
  },
  librewolf: {
    application: 'LibreWolf.app',
    signs: ['LibreWolf', 'librewolf'],
    places: ['LibreWolf'],
  },
  mullvad: {
    application: 'Mullvad Browser.app',
    signs: ['MullvadBrowser-Data', 'MullvadBrowser'],
    places: [join('MullvadBrowser-Data', 'Browser', 'Mozilla'), 'Mozilla'],
  },
};

/** Where each browser looks on macOS. docs/install.md says for each line how we know it. */
export function macPlaces(name: BrowserName, machine: Machine): Found {
  const { application, signs, places } = browsers[name];
  const support = join(machine.home, 'Library', 'Application Support');
  const applications = [join(machine.root, 'Applications'), join(machine.home, 'Applications')];
  const found =
    applications.some((folder) => existsSync(join(folder, application))) ||
    signs.some((sign) => existsSync(join(support, sign))) ||
    (name === 'tor-browser' && machine.torBrowsers.length > 0);
  return { found, directories: places.map((place) => join(support, place, hosts)) };
}
