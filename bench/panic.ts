import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sodiumReady } from '../src/domain/sodium.ts';
import { type Person, startPerson } from '../test/helpers/browser/index.mjs';
import { startTorNetwork } from '../test/helpers/tor-network/index.mjs';
import { buildHost } from '../test/host/native-host-process.ts';
import { inMilliseconds, line, spread, title } from './lib/figures.ts';
import type { Amount } from './lib/many-posts.ts';
import { moveIn } from './lib/move-in.ts';
import { manyPostsIn } from './lib/stored-posts.ts';
import { watchErasing } from './lib/watch-erasing.ts';

/**
 * Erasing everything, from the click on the last button: the built add-on and host in a real Firefox with Tor Browser's
 * prefs and some thousand posts. The point of no return is where the keys are gone from the disk and from memory.
 */

const rounds = Number(process.env['ROUNDS'] ?? 5);
const amount: Amount = {
  friends: 20,
  publicForums: 5,
  sealedSpaces: 5,
  posts: Number(process.env['POSTS'] ?? 200),
};

await sodiumReady();
const scratch = await mkdtemp(join(tmpdir(), 'n25-bench-'));
const folder = join(scratch, 'posts');
const built = buildHost();
const network = await startTorNetwork({ clients: 1 });
try {
  const posts = (amount.friends + amount.publicForums + amount.sealedSpaces) * amount.posts;
  title(`Erasing ${posts.toLocaleString('en')} posts, in Firefox: ${JSON.stringify(amount)}`);
  const kept = await manyPostsIn(folder, built, amount);
  const client = network.clients[0];
  if (!client) throw new TypeError('a person needs a Tor');
  const person = await startPerson({ name: 'Alice', folder: scratch, mode: 'private', client });
  const keptAt: number[] = [];
  const remembered: number[] = [];
  const atHost: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      await moveIn(person, folder, kept);
      const times = await erase(person);
      keptAt.push(times.kept);
      remembered.push(times.remembered);
      atHost.push(times.atHost);
    }
  } finally {
    await person.close();
  }
  line('click → no key on the disk', spread(keptAt));
  line('click → nor in memory: the point of no return', spread(remembered));
  line('click → the host’s folder gone', spread(atHost));
  line('the slowest to the point of no return', inMilliseconds(Math.max(...remembered)));
} finally {
  await network.stop();
  built.remove();
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
}

async function erase(
  person: Person,
): Promise<{ kept: number; remembered: number; atHost: number }> {
  const profile = join(person.folders.data, 'profiles', '0'.repeat(32));
  const feed = await person.popup('#feed');
  await feed.getByRole('textbox', { name: 'Write a post' }).waitFor({ timeout: 120_000 });
  await feed.close();
  const page = await person.options('identity');
  await page.getByRole('button', { name: 'Erase everything' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Erase everything' }).waitFor();
  const seen = await watchErasing(person, page);
  const began = performance.now();
  while (existsSync(profile)) {
    if (performance.now() - began > 120_000) throw new Error('the host’s folder stays');
    await pause(20);
  }
  const atHost = performance.now() - began;
  return { ...(await seen()), atHost };
}
