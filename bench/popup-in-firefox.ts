import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sodiumReady } from '../src/domain/sodium.ts';
import { addonId } from '../src/protocol/native-messages.ts';
import { type Person, startPerson } from '../test/helpers/browser/index.mjs';
import { startTorNetwork } from '../test/helpers/tor-network/index.mjs';
import { buildHost } from '../test/host/native-host-process.ts';
import { inMilliseconds, line, spread, timed, title } from './lib/figures.ts';
import { moveIn } from './lib/move-in.ts';
import { allPosts, amount, manyPostsIn } from './lib/stored-posts.ts';
import { endBackground, openPopup, type Opening, watchPopups } from './lib/toolbar-popup.ts';

/**
 * From the click on the button to the first post, with 100,000 posts stored: the built add-on and host in a real
 * Firefox with Tor Browser's prefs. With the background awake, and after the browser has ended it; without a
 * passphrase and with one. FOLDER keeps what was made for the next run, and for `social-popup`.
 */

const kept = process.env['FOLDER'];
const rounds = Number(process.env['ROUNDS'] ?? 12);
const passphrase = 'lantern river tuesday moss violin';
const coldRounds = Number(process.env['COLD'] ?? 4);

await sodiumReady();
const scratch = await mkdtemp(join(tmpdir(), 'n25-bench-'));
const folder = kept ?? join(scratch, 'posts');
const built = buildHost();
const network = await startTorNetwork({ clients: 1 });
try {
  title(`${allPosts.toLocaleString('en')} posts, in Firefox: ${JSON.stringify(amount)}`);
  const { keys, table } = await manyPostsIn(folder, built);
  const client = network.clients[0];
  if (!client) throw new TypeError('a person needs a Tor');
  const person = await startPerson({ name: 'Alice', folder: scratch, mode: 'private', client });
  try {
    await moveIn(person, folder, { keys, table });
    await watchPopups(person);
    tell('the first start with such data', [await openPopup(person, addonId)]);
    await measure(person);
    await setPassphrase(person);
    title('The same behind a passphrase');
    await measure(person);
    await pause(4_000);
    await person.restart();
    await watchPopups(person);
    await unlocked(person);
  } finally {
    await person.close();
  }
} finally {
  await network.stop();
  built.remove();
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
}

async function measure(person: Person): Promise<void> {
  const awake: Opening[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await pause(500);
    awake.push(await openPopup(person, addonId));
  }
  tell('the background awake', awake);
  const cold: Opening[] = [];
  for (let round = 0; round < coldRounds; round += 1) {
    // The page is kept two seconds after the feed has changed.
    await pause(4_000);
    await endBackground(person, addonId);
    await pause(1_000);
    cold.push(await openPopup(person, addonId));
  }
  tell('the background ended before', cold);
}

async function setPassphrase(person: Person): Promise<void> {
  const page = await person.options('identity');
  const form = page.getByRole('form', { name: 'Passphrase' });
  await form.getByLabel('New passphrase').fill(passphrase);
  await form.getByLabel('The same again').fill(passphrase);
  await form.getByRole('button', { name: 'Set the passphrase' }).click();
  await form.getByLabel('Passphrase now').waitFor();
  await page.close();
}

/** What the first popup of a browser waits for that has just started: Argon2id, then what lies ready. */
async function unlocked(person: Person): Promise<void> {
  const page = await person.popup();
  await page.getByLabel('Passphrase').fill(passphrase);
  const { ms } = await timed(async () => {
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByRole('article').first().waitFor();
  });
  line('after a start of the browser: “Unlock” → first post', inMilliseconds(ms));
  await page.close();
}

function tell(what: string, openings: readonly Opening[]): void {
  const times = (key: keyof Opening) => spread(openings.map((opening) => opening[key]));
  line(`${what}: click → first post`, times('firstPost'));
  line(`${what}: click → everything open`, times('everything'));
}
