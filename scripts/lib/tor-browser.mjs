import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where people keep Tor Browser: folders that hold its `Browser` folder, or the application on macOS. */
function torBrowserPlaces(home, platform) {
  if (platform === 'darwin') {
    return ['/Applications/Tor Browser.app', join(home, 'Applications', 'Tor Browser.app')];
  }
  return [
    join(home, 'tor-browser'),
    join(home, 'Downloads', 'tor-browser'),
    join(home, 'Desktop', 'tor-browser'),
    join(home, '.local', 'share', 'torbrowser', 'tbb', 'x86_64', 'tor-browser'),
    '/opt/tor-browser',
  ];
}

/** The program that starts it. */
function torBrowserStarter(place, platform) {
  return platform === 'darwin'
    ? join(place, 'Contents', 'MacOS', 'firefox')
    : join(place, 'Browser', 'start-tor-browser');
}

/** The first Tor Browser there is, with its starter; `undefined` when there is none. */
export function findTorBrowser(home, platform, isThere = existsSync) {
  for (const place of torBrowserPlaces(home, platform)) {
    const starter = torBrowserStarter(place, platform);
    if (isThere(starter)) return { place, starter };
  }
  return undefined;
}
