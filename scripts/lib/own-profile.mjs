import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const addonId = 'network25@network25.invalid';
/**
 * The uuid in the addresses of the add-on's pages: this profile's own, and the same at each start, because
 * what the add-on has stored belongs to it.
 */
export function pageUuid(folder) {
  const file = join(folder, 'network25-page-uuid');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) writeFileSync(file, randomUUID(), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** The lasting Firefox profile that `npm start` uses; no profile of the person's own is touched. */
export function profileFolder(env = process.env) {
  const data = env['XDG_DATA_HOME'] ?? join(env['HOME'] ?? '.', '.local', 'share');
  return join(data, 'network25', 'firefox-profile');
}

/** Puts the built add-on into the profile; what is there already stays. Gives the page to open first. */
export function prepareProfile(folder, xpi) {
  mkdirSync(join(folder, 'extensions'), { recursive: true, mode: 0o700 });
  copyFileSync(xpi, join(folder, 'extensions', `${addonId}.xpi`));
  const pages = pageUuid(folder);
  const prefs = {
    'xpinstall.signatures.required': false,
    'extensions.autoDisableScopes': 0,
    'extensions.startupScanScopes': 1,
    'extensions.webextensions.uuids': JSON.stringify({ [addonId]: pages }),
    'browser.startup.homepage_override.mstone': 'ignore',
    'datareporting.policy.dataSubmissionEnabled': false,
  };
  const lines = Object.entries(prefs).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  writeFileSync(join(folder, 'user.js'), `${lines.join('\n')}\n`);
  allow(join(folder, 'extension-preferences.json'));
  return `moz-extension://${pages}/popup/popup.html`;
}

/** Starting Network25 by name is the person's word that it may reach onions and run in private windows. */
function allow(file) {
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  if (kept[addonId]) return;
  kept[addonId] = {
    permissions: ['internal:privateBrowsingAllowed'],
    origins: ['http://*.onion/*'],
    data_collection: [],
  };
  writeFileSync(file, JSON.stringify(kept));
}
