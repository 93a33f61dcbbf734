import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { alwaysOnFile, chooseAlwaysOn, isAlwaysOn } from '../always-on.ts';
import { dataRoot, personalHome, profilesFolder } from '../data-directory.ts';
import { serviceUnit, unitMark, unitName, unitPath } from '../install/service-unit.ts';
import { connectToService } from '../service/socket.ts';
import { hostVersion } from '../version.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { launcherPath, surroundings } from './surroundings.ts';

const byHand =
  'Only systemd is set up by this command; docs/install.md says how to do it on macOS.';

/** Lets systemd start the service for one profile, now and with each login. */
export function installService(data: string | undefined, keepKeys: boolean): ExitCode {
  if (process.platform !== 'linux') return failed(byHand);
  const directories = data === undefined ? profileDirectories() : [resolve(data)];
  const [directory, ...others] = directories;
  if (directory === undefined) {
    return failed('There is no data yet: open Network25 in your browser first.');
  }
  if (others.length > 0) {
    return failed(
      `There are several browser profiles; name one with --data DIR:\n${directories.map((one) => `  ${one}`).join('\n')}`,
    );
  }
  // systemd reads a unit line by line, and says nothing of what it can't.
  if (/[\n\r]/.test(directory)) return failed('A folder with a line break in its name won’t do.');
  const unit = unitHere();
  if (isForeign(unit)) return failed(`${unit} was not written by us; it stays as it is.`);
  // A service of an earlier choice of folder keeps nothing any more.
  for (const one of profileDirectories()) if (one !== directory) chooseAlwaysOn(one, false);
  chooseAlwaysOn(directory, keepKeys);
  mkdirSync(dirname(unit), { recursive: true });
  writeFileSync(unit, serviceUnit(launcherPath(), directory), { mode: 0o600 });
  console.log(`Written: ${unit}`);
  console.log(`It serves ${directory}.`);
  const isStarted = systemctl('daemon-reload') && systemctl('enable', '--now', unitName);
  if (isStarted) console.log('It is running. Restart the browser, so that it uses it.');
  else sayByHand(['daemon-reload', `enable --now ${unitName}`]);
  console.log('To keep it up after you log out as well: loginctl enable-linger');
  console.log(keepKeys ? whatIsKept(directory) : nothingKept);
  return isStarted ? exitCodes.done : exitCodes.failed;
}

const nothingKept =
  'It keeps no key on the disk: after a restart of the computer nobody reaches you until you have opened the browser. --keep-keys changes that.';

const whatIsKept = (directory: string): string => `
To come up by itself it keeps in ${alwaysOnFile(directory)},
for your account to read, and for whoever gets hold of your disk:
  - the key of your address, to publish it with Tor. Whoever has it can pose as you, for good.
  - the list of your friends' addresses, and of what each may read and write, to let them in and others not.
  - today's transport key, by which friends recognise you. It ends within a day, and the browser makes another.
  - whether your public page is shown.
"network25-host service uninstall", or "install" without --keep-keys, erases it.`;

/** Ends the service and takes its unit away, and what it kept to come up by itself. The data stays. */
export function uninstallService(): ExitCode {
  for (const directory of profileDirectories()) chooseAlwaysOn(directory, false);
  if (process.platform !== 'linux') return failed(byHand);
  const unit = unitHere();
  if (!existsSync(unit)) {
    console.log('No service of Network25 is installed here.');
    return exitCodes.done;
  }
  if (isForeign(unit)) return failed(`${unit} was not written by us; it stays as it is.`);
  const isStopped = systemctl('disable', '--now', unitName);
  rmSync(unit, { force: true });
  console.log(`Removed: ${unit}`);
  const isForgotten = systemctl('daemon-reload');
  if (isStopped && isForgotten) return exitCodes.done;
  sayByHand([`stop ${unitName}`, 'daemon-reload']);
  return exitCodes.failed;
}

/** Whether the unit is there, and which profiles a service answers for now. */
export async function serviceStatus(): Promise<ExitCode> {
  const unit = unitHere();
  const isInstalled = existsSync(unit);
  console.log(isInstalled ? `Installed: ${unit}` : 'Not installed.');
  let running = 0;
  for (const directory of profileDirectories()) {
    if (isAlwaysOn(directory)) console.log(whatIsKept(directory).trimStart());
    const service = await connectToService(directory);
    if (!service) continue;
    service.socket.destroy();
    running += 1;
    const version = service.version ?? 'unknown';
    const note = version === hostVersion() ? '' : `, not ${hostVersion()} as this host: restart it`;
    console.log(`Running for ${directory}: version ${version}${note}`);
  }
  if (running === 0) console.log('Not running.');
  return isInstalled && running === 0 ? exitCodes.failed : exitCodes.done;
}

function profileDirectories(): string[] {
  const folder = join(dataRoot(surroundings()), profilesFolder);
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((one) => one.isDirectory()).map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}

function unitHere(): string {
  const around = surroundings();
  return unitPath(personalHome(around), around.env['XDG_CONFIG_HOME']);
}

function isForeign(unit: string): boolean {
  return existsSync(unit) && !readFileSync(unit, 'utf8').startsWith(unitMark);
}

/** False when there is no systemd to ask, or it could not do it; what it says is shown. */
function systemctl(...words: string[]): boolean {
  const done = spawnSync('systemctl', ['--user', ...words], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return done.status === 0;
}

function sayByHand(commands: string[]): void {
  console.error('systemd did not do it. By hand:');
  for (const command of commands) console.error(`  systemctl --user ${command}`);
}

function failed(sentence: string): ExitCode {
  console.error(sentence);
  return exitCodes.failed;
}
