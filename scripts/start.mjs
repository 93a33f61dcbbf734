// npm start: installs what it needs, builds, registers the companion program and opens Network25: in Tor
// Browser if there is one, else in Firefox with a lasting profile of its own and the companion's own tor.
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hasDisplay } from './lib/display.mjs';
import { pageUuid, prepareProfile, profileFolder } from './lib/own-profile.mjs';
import { findFirefox } from './lib/programs.mjs';
import { command, Refusal } from './lib/refusal.mjs';
import { root } from './lib/root.mjs';
import { run, runScript } from './lib/run.mjs';
import { setUp } from './lib/setup.mjs';
import { findTorBrowser } from './lib/tor-browser.mjs';

const launcher = join(root, 'dist', 'host', 'network25-host');
const xpi = join(root, 'dist', 'network25.xpi');
/** Tor needs seconds where it can reach its network; after this long something is in its way. */
const torPatience = 120_000;

await command(async () => {
  const torBrowser = findTorBrowser(homedir(), process.platform);
  await setUp(torBrowser ? [] : ['tor', 'firefox']);
  const built = await runScript('build');
  if (!built.ok) throw new Refusal(`The build failed:\n${built.output}`);
  const where = torBrowser ? ['--tor-browser', torBrowser.place] : ['--browser', 'firefox'];
  const registered = await run(launcher, ['install', ...where]);
  if (!registered.ok) throw new Refusal(`Registering failed:\n${registered.output}`);
  if (torBrowser) return inTorBrowser(torBrowser);
  return hasDisplay() ? inFirefox() : withoutDisplay();
});

/** Its settings are the person's own: nothing of them is changed, so the add-on is loaded by hand. */
async function inTorBrowser({ place, starter }) {
  console.log(`Tor Browser found in ${place}; the companion program is registered with it.

In Tor Browser open about:debugging, choose "This Firefox", "Load Temporary Add-on" and take
  ${xpi}
Then allow Network25 in private windows in about:addons. It stays until Tor Browser closes.`);
  if (!hasDisplay()) return 0;
  return waitFor(spawn(starter, [], { stdio: 'ignore' }));
}

async function inFirefox() {
  const firefox = findFirefox();
  if (!firefox) throw new Refusal('There is no Firefox. Install it and run npm start again.');
  const profile = profileFolder();
  const firstPage = prepareProfile(profile, xpi);
  console.log(`Opening Network25 in Firefox, with the lasting profile ${profile}`);
  return waitFor(
    spawn(firefox, ['--no-remote', '--profile', profile, firstPage], { stdio: 'ignore' }),
  );
}

/** Nobody can click here: a browser without windows runs, and its pages are read out. */
async function withoutDisplay() {
  const { startPerson } = await import('../test/helpers/browser/index.mjs');
  const folder = join(profileFolder(), '..', 'headless');
  const person = await startPerson({
    name: process.env['USER'] ?? 'me',
    folder,
    uuid: pageUuid(folder),
    mode: 'ordinary',
    // As for any person: whatever Tor there is, and else one of the host's own.
    environment: { NETWORK25_TOR: process.env['NETWORK25_TOR'] },
  });
  const stopped = new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, done);
  });
  try {
    const page = await person.popup();
    const welcome = page.getByLabel('Your name');
    await welcome
      .or(page.getByRole('heading', { name: 'Feed' }))
      .first()
      .waitFor();
    if (await welcome.isVisible()) {
      await welcome.fill(person.name);
      await page.getByRole('button', { name: 'Create my identity' }).click();
      // Both can be made up for on the options page, which goes on saying so.
      await page.getByRole('button', { name: 'Create without a passphrase' }).click();
      await page.getByRole('button', { name: 'Later' }).click();
    }
    await page.getByRole('heading', { name: 'Feed' }).first().waitFor();
    console.log(`Your address: ${await addressOf(person)}\nRunning. Ctrl-C ends it.`);
    await Promise.race([tellProgress(page), stopped]);
    await stopped;
  } finally {
    await person.close();
  }
  return 0;
}

/** It is known before Tor is there. */
async function addressOf(person) {
  const settings = await person.options('identity');
  const address = await settings.locator('[data-address]').first().getAttribute('data-address');
  await settings.close();
  return address;
}

/** Each new word on Tor, until friends can reach this address; or the sentence why they can't. */
async function tellProgress(page) {
  const end = Date.now() + torPatience;
  let last = '';
  while (Date.now() < end) {
    const status = await page.getByRole('contentinfo').first().innerText();
    const [word = ''] = status.split('\n').filter(Boolean);
    if (word !== last) console.log(word);
    last = word;
    if (word === 'Friends can reach you') return;
    await pause(500);
  }
  console.log(
    'Tor does not get through. Is this computer connected to the Internet? It goes on trying.',
  );
}

function waitFor(child) {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new Refusal(`The browser does not start: ${error.message}`)),
    );
    child.once('exit', (code) => resolve(code ?? 0));
  });
}
