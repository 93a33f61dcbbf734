import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps tor where an ordinary user's PATH does not look; Homebrew where a desktop's doesn't. */
const further = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin'];

/** The first of the programs that is there: names are looked for in PATH and the usual folders, paths as they are. */
export function findProgram(names, path = process.env['PATH'] ?? '') {
  const folders = [...path.split(delimiter).filter((folder) => folder !== ''), ...further];
  const places = names.flatMap((name) =>
    name.includes('/') ? [name] : folders.map((folder) => join(folder, name)),
  );
  return places.find(isProgram);
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `FIREFOX` names another. Firefox ESR comes first: it takes an unsigned add-on. */
export function findFirefox(env = process.env) {
  if (env['FIREFOX']) return findProgram([env['FIREFOX']]);
  const app = 'Firefox.app/Contents/MacOS/firefox';
  return findProgram([
    'firefox-esr',
    'firefox',
    `/Applications/${app}`,
    `${env['HOME']}/Applications/${app}`,
  ]);
}

export function findTor() {
  return findProgram(['tor']);
}
