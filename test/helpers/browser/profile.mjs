import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const addonId = 'network25@network25.invalid';
const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** Where the build is; `NETWORK25_DIST` names another than `dist`. */
export const distFolder = () => process.env['NETWORK25_DIST'] ?? join(repository, 'dist');

/**
 * A person's folders: a home, a browser profile with the add-on in it, and the host's data. The host is
 * registered in that home by its own `install`.
 * @param {{ folder: string, dist: string, withHost: boolean, withAddon: boolean, allowed: boolean }} options
 */
export async function makeFolders({ folder, dist, withHost, withAddon, allowed }) {
  const folders = {
    home: join(folder, 'home'),
    profile: join(folder, 'profile'),
    data: join(folder, 'data'),
    downloads: join(folder, 'downloads'),
  };
  const extensions = join(folders.profile, 'extensions');
  await Promise.all(
    [folders.home, extensions, folders.downloads].map((each) => mkdir(each, { recursive: true })),
  );
  await mkdir(folders.data, { recursive: true, mode: 0o700 });
  if (withAddon) {
    await copyFile(join(dist, 'network25.xpi'), join(extensions, `${addonId}.xpi`));
    if (allowed) await allow(folders.profile);
  }
  if (withHost) await installHost(dist, folders.home);
  return folders;
}

/** What a person allows in the add-ons page: private windows, and .onion sites. @param {string} profile */
async function allow(profile) {
  const file = join(profile, 'extension-preferences.json');
  const kept = await readFile(file, 'utf8').catch(() => '{}');
  const granted = {
    permissions: ['internal:privateBrowsingAllowed'],
    origins: ['http://*.onion/*'],
    data_collection: [],
  };
  await writeFile(file, JSON.stringify({ ...JSON.parse(kept), [addonId]: granted }));
}

/** @param {string} dist @param {string} home */
async function installHost(dist, home) {
  const launcher = join(dist, 'host', 'network25-host');
  await promisify(execFile)(launcher, ['install', '--browser', 'firefox', '--home', home], {
    env: { ...cleanEnvironment(), HOME: home },
  });
}

/**
 * This process's environment without what would lead a browser or host to the real person's things:
 * data folders, another Tor, another profile.
 * @returns {Record<string, string>}
 */
export function cleanEnvironment() {
  const foreign = /^(TOR_|XDG_(DATA|CONFIG|CACHE|STATE)|NETWORK25_|BB_|MOZ_|VITEST|NODE_OPTIONS)/;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || foreign.test(name) ? [] : [[name, value]],
    ),
  );
}
