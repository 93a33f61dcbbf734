import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserName, Found, Machine } from './machine.ts';

const hosts = 'native-messaging-hosts';

/** Where each browser looks on Linux. docs/install.md says for each line how we know it. */
export function linuxPlaces(name: BrowserName, machine: Machine): Found {
  return lookers[name](machine);
}

const lookers: Record<BrowserName, (machine: Machine) => Found> = {
  firefox,
  'tor-browser': torBrowser,
  librewolf,
  mullvad,
};

/** Since Firefox 147 profiles may be under ~/.config/mozilla; manifests are still looked for here only. */
function firefox(machine: Machine): Found {
  const { home } = machine;
  return {
    found:
      anyExists([join(home, '.mozilla', 'firefox'), join(home, '.config', 'mozilla')]) ||
      hasProgram(machine, ['firefox', 'firefox-esr']),
    directories: [join(home, '.mozilla', hosts)],
  };
}

function librewolf(machine: Machine): Found {
  const { home } = machine;
  return {
    found:
      anyExists([join(home, '.librewolf'), join(home, '.config', 'librewolf')]) ||
      hasProgram(machine, ['librewolf']),
    directories: [join(home, '.librewolf', hosts)],
  };
}

/** The folder people unpack keeps everything inside; a packaged one uses ~/.tor-browser as its HOME. */
function torBrowser(machine: Machine): Found {
  const folders = [
    ...machine.torBrowsers,
    ...unpackedFolders(machine, /^tor-browser/, join('Browser', 'TorBrowser')),
  ];
  const packagedHome = join(machine.home, '.tor-browser');
  const directories = folders.map((folder) =>
    join(folder, 'Browser', 'TorBrowser', 'Data', 'Browser', '.mozilla', hosts),
  );
  const packaged = existsSync(packagedHome) || hasProgram(machine, ['tor-browser']);
  if (packaged || directories.length === 0) {
    directories.push(join(packagedHome, '.mozilla', hosts));
  }
  return { found: packaged || folders.length > 0, directories: [...new Set(directories)] };
}

/** Built like Tor Browser; packages before 13.5 kept the person's HOME and so Firefox's place. */
function mullvad(machine: Machine): Found {
  const { home } = machine;
  const folders = unpackedFolders(
    machine,
    /^mullvad-browser/,
    join('Browser', 'start-mullvad-browser'),
  );
  const packagedHome = join(home, '.mullvad-browser');
  const oldPackage = existsSync(join(home, '.mullvad', 'mullvadbrowser'));
  const packaged = existsSync(packagedHome) || hasProgram(machine, ['mullvad-browser']);
  const directories = folders.map((folder) => join(folder, 'Browser', 'Data', '.mozilla', hosts));
  if (oldPackage) directories.push(join(home, '.mozilla', hosts));
  if (packaged || directories.length === 0) directories.push(join(packagedHome, '.mozilla', hosts));
  return { found: packaged || oldPackage || folders.length > 0, directories };
}

/** Folders where people keep a browser they unpacked themselves. */
function unpackedFolders(machine: Machine, name: RegExp, sign: string): string[] {
  const { home } = machine;
  const launcherFolders = join(home, '.local', 'share', 'torbrowser', 'tbb');
  const parents = [
    home,
    join(home, 'Desktop'),
    join(home, 'Downloads'),
    join(home, 'Applications'),
    join(home, 'bin'),
    join(home, '.local', 'share'),
    join(home, '.local', 'opt'),
    join(machine.root, 'opt'),
    ...entries(launcherFolders).map((entry) => join(launcherFolders, entry)),
  ];
  const candidates = parents.flatMap((parent) =>
    entries(parent)
      .filter((entry) => name.test(entry))
      .map((entry) => join(parent, entry)),
  );
  candidates.push(join(home, '.tor-browser', 'app'));
  return candidates.filter((folder) => existsSync(join(folder, sign)));
}

function hasProgram(machine: Machine, names: string[]): boolean {
  return machine.path.some((directory) => anyExists(names.map((name) => join(directory, name))));
}

function anyExists(paths: string[]): boolean {
  return paths.some((path) => existsSync(path));
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory).toSorted();
  } catch {
    return [];
  }
}
