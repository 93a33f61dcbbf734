import { basename, dirname, isAbsolute, join, posix, resolve, win32 } from 'node:path';

/** What decides where a person's data lives; taken as values so that every platform is tested on any. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  /** The home directory the process was told, which in Tor Browser on Linux is not the person's. */
  home: string;
}

/**
 * The person's home. Tor Browser on Linux sets HOME to its own folder and turns ~/.local/share there
 * into /dev/null; it keeps the real home in BB_ORIGINAL_HOME.
 */
export function personalHome({ env, home }: Surroundings): string {
  const original = env['BB_ORIGINAL_HOME'];
  return original !== undefined && isAbsolute(original) ? original : home;
}

/** Where Network25 keeps its data: `NETWORK25_DATA_DIR` if set, else the platform's place for it. */
export function dataRoot(surroundings: Surroundings): string {
  const { env, platform } = surroundings;
  const chosen = env['NETWORK25_DATA_DIR'];
  if (chosen) return resolve(chosen);
  const home = personalHome(surroundings);
  if (platform === 'darwin') {
    return posix.join(home, 'Library', 'Application Support', 'Network25');
  }
  if (platform === 'win32') {
    return win32.join(env['LOCALAPPDATA'] ?? win32.join(home, 'AppData', 'Local'), 'Network25');
  }
  const xdg = env['XDG_DATA_HOME'];
  // Inside Tor Browser's own HOME such a path is the browser's, and may lead to /dev/null.
  const usable =
    xdg &&
    posix.isAbsolute(xdg) &&
    (home === surroundings.home || !isInside(xdg, surroundings.home));
  return posix.join(usable ? xdg : posix.join(home, '.local', 'share'), 'network25');
}

function isInside(path: string, directory: string): boolean {
  return `${path}/`.startsWith(`${directory}/`);
}

/** Each browser profile has a directory of its own, named by the add-on's random profile id. */
export function profileDirectory(root: string, profile: string): string {
  return join(root, profilesFolder, profile);
}

/** The root that a profile's directory is in; a directory that is nobody's profile is its own. */
export function rootOf(directory: string): string {
  const parent = dirname(directory);
  return basename(parent) === profilesFolder ? dirname(parent) : directory;
}

export const profilesFolder = 'profiles';
