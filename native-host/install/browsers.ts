import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BrowserName,
  browserNames,
  browserTitles,
  type Found,
  type Machine,
} from './machine.ts';
import { linuxPlaces } from './places-linux.ts';
import { macPlaces } from './places-mac.ts';

/** Without a sign of the browser nothing is written for it, unless it is asked for by name. */
export interface BrowserPlaces extends Found {
  name: BrowserName;
  title: string;
}

/**
 * Which browsers are here and where each looks for native manifests. On Windows there are no such
 * directories (the registry names the manifest) and the list is empty.
 */
export function findBrowsers(machine: Machine): BrowserPlaces[] {
  const look = lookers[machine.platform];
  if (!look) return [];
  return browserNames.map((name) => ({ name, title: browserTitles[name], ...look(name, machine) }));
}

type Looker = (name: BrowserName, machine: Machine) => Found;

const lookers: Partial<Record<NodeJS.Platform, Looker>> = { linux: linuxPlaces, darwin: macPlaces };

/** The Tor Browser folders the person named that are none. */
export function wrongTorBrowsers(machine: Machine): string[] {
  return machine.torBrowsers.filter(
    (directory) =>
      !existsSync(join(directory, 'Browser', 'TorBrowser')) &&
      !existsSync(join(directory, 'Contents', 'MacOS')),
  );
}
