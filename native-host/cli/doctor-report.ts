import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { alwaysOnFile, isAlwaysOn } from '../always-on.ts';
import { dataRoot, profilesFolder, type Surroundings } from '../data-directory.ts';
import { findBrowsers } from '../install/browsers.ts';
import { nodeInLauncher } from '../install/launcher.ts';
import type { BrowserName, Machine } from '../install/machine.ts';
import { manifestFiles, readRegistration } from '../install/registration.ts';
import { hostVersion } from '../version.ts';
import { findDamage, type DatabaseFindings } from './doctor-databases.ts';
import { findTors, type TorFindings } from './doctor-tor.ts';
import { launcherPath } from './surroundings.ts';

export interface ManifestFindings {
  file: string;
  /** `other-host`: a registration of ours that starts another copy; `foreign`: somebody else's file. */
  state: 'registered' | 'other-host' | 'absent' | 'foreign' | 'unreadable';
  launcher?: string;
}

export interface BrowserFindings {
  name: BrowserName;
  title: string;
  found: boolean;
  manifests: ManifestFindings[];
}

export interface Findings {
  version: string;
  node: { path: string; version: string; good: boolean };
  launcher: { path: string; node: string | undefined; good: boolean };
  data: {
    path: string;
    profiles: number;
    writable: boolean;
    /** Files with keys in the clear, by which a service comes up without the browser. */
    keys: string[];
  };
  databases: DatabaseFindings;
  browsers: BrowserFindings[];
  tor: TorFindings;
}

/** Looks at everything the host depends on. Changes nothing, starts nothing but `tor --version`. */
export async function examine(around: Surroundings, machine: Machine): Promise<Findings> {
  const root = dataRoot(around);
  return {
    version: hostVersion(),
    node: {
      path: process.execPath,
      version: process.versions.node,
      good: isNewEnough(process.versions.node),
    },
    launcher: launcher(launcherPath()),
    data: data(root),
    databases: await findDamage(root),
    browsers: findBrowsers(machine).map((browser) => ({
      name: browser.name,
      title: browser.title,
      found: browser.found,
      manifests: manifestFiles(browser).map(manifest),
    })),
    tor: await findTors(around, root),
  };
}

/** 20.19 is the first with everything used here. */
function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
}

function launcher(path: string): Findings['launcher'] {
  try {
    const node = nodeInLauncher(readFileSync(path, 'utf8'));
    return { path, node, good: node !== undefined && mayRun(node) && mayRun(path) };
  } catch {
    return { path, node: undefined, good: false };
  }
}

function mayRun(path: string): boolean {
  return may(path, constants.X_OK);
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function data(path: string): Findings['data'] {
  // What is not there yet is made below the nearest folder that is.
  let nearest = path;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  const profiles = folders(join(path, profilesFolder));
  return {
    path,
    profiles: profiles.length,
    writable: may(nearest, constants.W_OK | constants.X_OK),
    keys: profiles.filter(isAlwaysOn).map(alwaysOnFile),
  };
}

function folders(path: string): string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name));
  } catch {
    return [];
  }
}

function manifest(file: string): ManifestFindings {
  const there = readRegistration(file);
  if (there.state !== 'ours') return { file, state: there.state };
  const state = there.launcher === launcherPath() ? 'registered' : 'other-host';
  return { file, state, launcher: there.launcher };
}
