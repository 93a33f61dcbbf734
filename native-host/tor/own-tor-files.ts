import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootOf } from '../data-directory.ts';
import type { AuthenticationHints } from './authenticate.ts';

/** What our own tor keeps, below the host's data directory. */
export interface OwnTorFiles {
  /** Its DataDirectory. */
  readonly folder: string;
  /** The person's further settings (bridges …), read by tor as its torrc. May be missing. */
  readonly torrc: string;
  /** The same for all of the person's browser profiles; what the profile's own file says wins. */
  readonly sharedTorrc: string;
  readonly cookie: string;
  readonly controlPort: string;
}

export function ownTorFiles(dataDirectory: string): OwnTorFiles {
  const folder = join(dataDirectory, 'tor');
  return {
    folder,
    torrc: join(dataDirectory, 'torrc'),
    sharedTorrc: join(rootOf(dataDirectory), 'torrc'),
    cookie: join(folder, 'control_auth_cookie'),
    controlPort: join(folder, 'control-port'),
  };
}

/** What tor needs to find its settings and its folder; ours come last and win. */
export const ownTorBasics = (files: OwnTorFiles): string[] =>
  // Naming the defaults, there or not, keeps the system's torrc from reaching us.
  ['-f', files.torrc, '--ignore-missing-torrc', '--defaults-torrc', files.sharedTorrc].concat(
    '--DataDirectory',
    files.folder,
  );

/** The cookie is where we told tor to keep it, whatever the port says. */
export const ownTorHints = (files: OwnTorFiles): AuthenticationHints => ({
  passwords: [],
  cookieFile: files.cookie,
});

/** Tor writes the port it chose into a file: `PORT=127.0.0.1:1234`. */
export async function writtenControlPort(files: OwnTorFiles): Promise<number | undefined> {
  const text = await readFile(files.controlPort, 'latin1').catch(() => '');
  const port = /^PORT=127\.0\.0\.1:(\d{1,5})\s/m.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
}
