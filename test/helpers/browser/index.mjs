import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { firefox } from 'playwright';
import { chromeOf, poke } from './chrome.mjs';
import { basicPrefs, torBrowserPrefs } from './prefs.mjs';
import { addonId, cleanEnvironment, distFolder, makeFolders } from './profile.mjs';
import { startService } from './service.mjs';
import { browserWindow } from './toolbar.mjs';

const places = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/usr/lib/firefox-esr/firefox-esr'];

export { distFolder };
export { watchOnionRequests } from './requests.mjs';

/** @type {typeof import('./index.d.mts').findFirefox} */
export const findFirefox = () =>
  process.env['FIREFOX'] ?? places.find((place) => existsSync(place));

/**
 * A person with a browser, an add-on and a host of their own. Types and contract: index.d.mts.
 * @type {typeof import('./index.d.mts').startPerson}
 */
export async function startPerson(options) {
  const { name, mode, network, client, headless = true, host = true, addon = true } = options;
  const { allowed = true, dist = distFolder() } = options;
  const folder = join(options.folder, name);
  const folders = await makeFolders({ folder, dist, withHost: host, withAddon: addon, allowed });
  if (mode === 'private' && !client) throw new Error('Private mode needs a client of the network.');
  if (mode === 'ordinary' && network) {
    await writeFile(join(folders.data, 'torrc'), network.torrcForOwnTor, { mode: 0o600 });
  }
  const uuid = options.uuid ?? randomUUID();
  const environment = definedOnly({
    ...cleanEnvironment(),
    HOME: folders.home,
    NETWORK25_DATA_DIR: folders.data,
    // Without a private network to join, a tor of the host's own would go looking for the real one.
    NETWORK25_TOR: mode === 'ordinary' && network ? 'own' : 'environment',
    NETWORK25_LOG: join(folder, 'host.log'),
    ...(mode === 'private' && client ? torBrowserEnvironment(client) : {}),
    ...options.environment,
  });
  const prefs = {
    ...basicPrefs(addonId, uuid),
    ...(mode === 'private' && client ? torBrowserPrefs(client.socksPort) : {}),
    ...options.prefs,
  };

  const launch = async () => {
    const context = await firefox.launchPersistentContext(folders.profile, {
      channel: 'moz-firefox',
      executablePath: findFirefox() ?? 'firefox',
      headless,
      args: ['--remote-allow-system-access'],
      env: environment,
      firefoxUserPrefs: prefs,
      downloadsPath: folders.downloads,
      viewport: null,
      // Each of these would be a command this Firefox does not know.
      colorScheme: null,
      reducedMotion: null,
      forcedColors: null,
      contrast: null,
    });
    try {
      const chrome = chromeOf(context);
      return { context, chrome, window: browserWindow(chrome, addonId) };
    } catch (error) {
      await context.close();
      throw error;
    }
  };

  let running = await launch();
  /** @param {string} path */
  const open = async (path) => {
    const page = closable(await running.context.newPage());
    await goTo(page, `moz-extension://${uuid}/${path}`);
    return page;
  };
  const close = () => running.context.close();
  return {
    name,
    mode,
    folders,
    uuid,
    get context() {
      return running.context;
    },
    get chrome() {
      return running.chrome;
    },
    get window() {
      return running.window;
    },
    addonPage: open,
    popup: (hash = '') => open(`popup/popup.html${hash}`),
    options: (section = '') => open(`options/options.html${section && `#${section}`}`),
    visit: async (url) => {
      const page = await running.context.newPage();
      await page.goto(url, { waitUntil: 'load', timeout: 90_000 });
      return page;
    },
    rightClick: async (target, label) => {
      await target.click({ button: 'right' });
      await running.window.chooseInContextMenu(label);
    },
    screenshot: async (page, file) => {
      const path = join(options.artifacts ?? folder, `${file}.png`);
      await mkdir(join(path, '..'), { recursive: true });
      await page.screenshot({ path });
      return path;
    },
    screenshotOfWindow: async (file) => {
      const path = join(options.artifacts ?? folder, `${file}.png`);
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(path, Buffer.from(await running.window.picture(), 'base64'));
      return path;
    },
    restart: async (whileAway) => {
      await close();
      await whileAway?.();
      running = await launch();
    },
    service: () => startService({ dist, data: folders.data, environment }),
    close,
  };
}

/** What Tor Browser gives the programs it starts. @param {import('../tor-network/index.d.mts').TorClient} client */
const torBrowserEnvironment = (client) => ({
  TOR_CONTROL_HOST: '127.0.0.1',
  TOR_CONTROL_PORT: String(client.controlPort),
  TOR_CONTROL_COOKIE_AUTH_FILE: client.cookieFile,
  TOR_SOCKS_PORT: String(client.socksPort),
});

/**
 * Goes to a page of the add-on's. Firefox tells the driver of a page in the add-on's own process only
 * once something is evaluated there, so that is done until the page answers.
 * @param {import('playwright').Page} page @param {string} url
 */
async function goTo(page, url) {
  await page.goto(url, { waitUntil: 'commit' });
  const alive = page.evaluate(() => document.readyState).then(() => true);
  for (let tries = 0; tries < 100; tries += 1) {
    await poke(page);
    if (await Promise.race([alive, pause(100, false)])) return;
  }
  throw new Error(`${url} can't be driven.`);
}

/**
 * Closing a page of the add-on's is never reported to the driver; a page of the web is.
 * @param {import('playwright').Page} page
 */
function closable(page) {
  const close = page.close.bind(page);
  page.close = async (options) => {
    await page.goto('about:blank');
    await close(options);
  };
  return page;
}

/** @param {Record<string, string | undefined>} variables */
function definedOnly(variables) {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}
