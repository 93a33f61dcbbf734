import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BrowserPlaces, findBrowsers, wrongTorBrowsers } from '../install/browsers.ts';
import { launcherScript } from '../install/launcher.ts';
import { type BrowserName, browserTitles, type Machine } from '../install/machine.ts';
import { type Change, register, unregister } from '../install/registration.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { launcherPath, thisMachine } from './surroundings.ts';

export interface InstallOptions {
  /** Only these browsers, found or not. */
  browsers: BrowserName[];
  torBrowsers: string[];
  home: string | undefined;
}

/** Registers this host with the browsers of this person, and makes its launcher start the Node in use now. */
export function install(options: InstallOptions): ExitCode {
  const machine = machineFor(options);
  const chosen = choose(machine, options);
  if (!chosen) return exitCodes.failed;
  if (!renewLauncher()) return exitCodes.failed;
  const changes = register(chosen, launcherPath());
  for (const change of changes) console.log(sentence(change));
  console.log('A browser that is running sees this without a restart.');
  return changes.some(hasFailed) ? exitCodes.failed : exitCodes.done;
}

/** Takes Network25's registrations away. The person's data stays where it is. */
export function uninstall(options: InstallOptions): ExitCode {
  const machine = machineFor(options);
  const all = findBrowsers(machine);
  const chosen =
    options.browsers.length === 0 ? all : all.filter(({ name }) => options.browsers.includes(name));
  const changes = unregister(chosen);
  const told = changes.filter(({ outcome }) => outcome !== 'absent' && outcome !== 'foreign');
  for (const change of told) console.log(sentence(change));
  if (told.length === 0) console.log('Network25 was not registered with any browser here.');
  return told.some(hasFailed) ? exitCodes.failed : exitCodes.done;
}

function machineFor({ home, torBrowsers }: InstallOptions): Machine {
  return thisMachine(
    home === undefined ? undefined : resolve(home),
    torBrowsers.map((directory) => resolve(directory)),
  );
}

function choose(machine: Machine, options: InstallOptions): BrowserPlaces[] | undefined {
  for (const directory of wrongTorBrowsers(machine)) {
    console.error(`There is no Tor Browser in ${directory} (it would hold Browser/TorBrowser).`);
    return undefined;
  }
  const all = findBrowsers(machine);
  if (all.length === 0) {
    console.error('On this platform the registration is made by hand: see docs/install.md.');
    return undefined;
  }
  const chosen = all.filter(({ name, found }) =>
    options.browsers.length === 0 ? found : options.browsers.includes(name),
  );
  if (chosen.length === 0) {
    console.error(
      `None of ${Object.values(browserTitles).join(', ')} was found. Name one with --browser, or a Tor Browser's folder with --tor-browser.`,
    );
    return undefined;
  }
  return chosen;
}

/** True when the launcher starts this Node, rewritten if need be. */
function renewLauncher(): boolean {
  const path = launcherPath();
  const script = launcherScript(process.execPath);
  try {
    if (readOrEmpty(path) === script) return true;
    const fresh = `${path}.${process.pid}`;
    writeFileSync(fresh, script);
    chmodSync(fresh, 0o755);
    renameSync(fresh, path);
    return true;
  } catch {
    console.error(`The launcher can't be written: ${path}`);
    return false;
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function hasFailed({ outcome }: Change): boolean {
  return outcome === 'failed' || outcome === 'foreign';
}

const said: Record<Change['outcome'], string> = {
  written: 'registered in',
  unchanged: 'was already registered in',
  removed: 'no longer registered in',
  absent: 'was not registered in',
  foreign: 'not touched, because it is not ours:',
  failed: 'could not be changed:',
};

function sentence({ browser, file, outcome, code }: Change): string {
  const why = code === undefined ? '' : ` (${code})`;
  return `${browser.title}: ${said[outcome]} ${file}${why}`;
}
