import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { personalHome, type Surroundings } from '../data-directory.ts';
import type { Machine } from '../install/machine.ts';

/** The process we are, as values. */
export function surroundings(): Surroundings {
  return { env: process.env, platform: process.platform, home: homedir() };
}

/** The machine we are on, seen from the home of the person (or of the one `--home` names). */
export function thisMachine(home: string | undefined, torBrowsers: readonly string[]): Machine {
  const around = surroundings();
  return {
    platform: around.platform,
    home: home ?? personalHome(around),
    path: (around.env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== ''),
    root: '/',
    torBrowsers,
  };
}

/** The script browsers are told to start; it lies beside main.js. */
export function launcherPath(): string {
  return join(dirname(fileURLToPath(import.meta.url)), 'network25-host');
}
