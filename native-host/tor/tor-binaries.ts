import { access, constants } from 'node:fs/promises';
import { delimiter, posix, win32 } from 'node:path';
import { homes, type Environment, type Surroundings } from './candidates.ts';

/** A tor program that may be there. */
export interface TorBinary {
  readonly path: string;
  /** Tor Browser's own tor finds its libraries only when told where they lie. */
  readonly libraries?: string;
}

/**
 * Every place a tor program may be, in order: PATH, the usual folders (a browser started from a
 * desktop has a short PATH), then the one inside Tor Browser.
 */
export function torBinaryPlaces(around: Surroundings): TorBinary[] {
  const windows = around.platform === 'win32';
  const paths = windows ? win32 : posix;
  const places = systemFolders(around).map((folder) => ({
    path: paths.join(folder, windows ? 'tor.exe' : 'tor'),
  }));
  const all = [...places, ...bundled(around)];
  return all.filter((place, index) => all.findIndex(({ path: p }) => p === place.path) === index);
}

/** Where programs lie that tor starts itself: the same folders, then what Tor Browser brings for its own tor. */
export function programFolders(around: Surroundings): string[] {
  const paths = around.platform === 'win32' ? win32 : posix;
  return [
    ...systemFolders(around),
    ...bundled(around).map(({ path }) => paths.join(paths.dirname(path), 'PluggableTransports')),
  ];
}

function systemFolders({ environment, platform }: Surroundings): string[] {
  const path = (environment['PATH'] ?? environment['Path'] ?? '').split(
    platform === 'win32' ? ';' : delimiter,
  );
  return platform === 'win32'
    ? path.filter((folder) => win32.isAbsolute(folder))
    : [...path, ...usualFolders[platform === 'darwin' ? 'darwin' : 'linux']].filter((folder) =>
        posix.isAbsolute(folder),
      );
}

const usualFolders = {
  linux: ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin'],
  darwin: ['/opt/homebrew/bin', '/usr/local/bin', '/opt/local/bin'],
};

/** Where people and installers put Tor Browser, below a home. */
const torBrowserFolders = {
  linux: [
    'tor-browser',
    'Downloads/tor-browser',
    'Desktop/tor-browser',
    '.local/share/torbrowser/tbb/x86_64/tor-browser',
    '.local/share/torbrowser/tbb/aarch64/tor-browser',
  ],
  darwin: ['Applications/Tor Browser.app', 'Desktop/Tor Browser.app', 'Downloads/Tor Browser.app'],
  win32: ['Desktop\\Tor Browser', 'Downloads\\Tor Browser', 'AppData\\Local\\Tor Browser'],
};

function bundled(around: Surroundings): TorBinary[] {
  const people = homes(around);
  if (around.platform === 'darwin')
    return ['/Applications/Tor Browser.app', ...below(people, torBrowserFolders.darwin)].map(
      (app) => ({ path: `${app}/Contents/MacOS/Tor/tor` }),
    );
  if (around.platform === 'win32')
    return people
      .flatMap((home) => torBrowserFolders.win32.map((folder) => win32.join(home, folder)))
      .map((folder) => ({ path: win32.join(folder, 'Browser\\TorBrowser\\Tor\\tor.exe') }));
  return [
    // A host started by Tor Browser has <Tor Browser>/Browser as its home.
    ...people.filter((home) => posix.basename(home) === 'Browser'),
    ...below(people, torBrowserFolders.linux).map((folder) => `${folder}/Browser`),
  ].map((browser) => ({
    path: `${browser}/TorBrowser/Tor/tor`,
    libraries: `${browser}/TorBrowser/Tor`,
  }));
}

const below = (people: string[], folders: string[]) =>
  people.flatMap((home) => folders.map((folder) => posix.join(home, folder)));

/** The first of `places` that is a program we may run. */
export async function findTorBinary(places: readonly TorBinary[]): Promise<TorBinary | undefined> {
  const path = await firstProgram(places.map((place) => place.path));
  return places.find((place) => place.path === path);
}

/** The first of `paths` that is a program we may run. */
export async function firstProgram(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not there: the next place.
    }
  }
  return undefined;
}

/**
 * The environment for a tor we start. A host that Tor Browser started has Tor Browser's libraries in
 * LD_LIBRARY_PATH, which break any other tor; what concerns other Tors' control ports is not its business.
 */
export function torEnvironment(
  environment: Environment,
  binary: TorBinary,
): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && entry[0] !== 'LD_LIBRARY_PATH' && !entry[0].startsWith('TOR_'),
  );
  return {
    ...Object.fromEntries(kept),
    ...(binary.libraries === undefined ? {} : { LD_LIBRARY_PATH: binary.libraries }),
  };
}
