import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { begin, seesPost, writePost } from '../helpers/browser/acts.mjs';
import { type Person, startPerson } from '../helpers/browser/index.mjs';
import type { TorClient } from '../helpers/tor-network/index.mjs';

let folder: string;
let alice: Person;

/** This needs no Tor: nobody listens at this one. */
const client = { socksPort: 1, controlPort: 1, cookieFile: '/nowhere' } as TorClient;
const damaged = 'Some stored data is damaged. What can be read was kept; run network25-host doctor';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'n25-browser-'));
  const artifacts = join('test-artifacts', 'damaged-data');
  alice = await startPerson({ name: 'Alice', folder, mode: 'private', client, artifacts });
  const page = await alice.popup();
  await begin(page, 'Alice');
  await writePost(page, 'written before the damage');
  await page.close();
});

afterAll(async () => {
  await alice?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Starts the browser on the damage, sees it named, mends it and goes on. */
async function isToldAndGoesOn(
  damage: () => Promise<void>,
  mend: () => Promise<void>,
  picture: string,
): Promise<void> {
  await alice.restart(damage);
  const page = await alice.popup('#feed');
  await page.getByText(damaged).first().waitFor();
  await alice.screenshot(page, picture);
  await mend();
  await page.getByRole('button', { name: 'Try again' }).click();
  await seesPost(page, 'written before the damage');
  await page.close();
}

const profiles = () => join(alice.folders.data, 'profiles');

async function levels(which: (name: string) => boolean): Promise<string[]> {
  const [profile = ''] = await readdir(profiles());
  const databases = join(profiles(), profile, 'databases');
  const names = (await readdir(databases)).filter(which);
  return names.map((name) => join(databases, name, 'level', 'CURRENT'));
}

describe('a data directory that is damaged', { sequential: true }, () => {
  it('as a whole is said to be, with its place', async () => {
    const aside = join(alice.folders.data, 'aside');
    await isToldAndGoesOn(
      async () => {
        await rename(profiles(), aside);
        await writeFile(profiles(), 'not a folder');
      },
      async () => {
        await rm(profiles());
        await rename(aside, profiles());
      },
      '01-directory',
    );
  });

  it.each([
    ['where keys and friends are kept', '02-vault', (name: string) => name.includes('vault')],
    ['where posts are kept', '03-spaces', (name: string) => !name.includes('vault')],
  ] as const)('%s is said to be, and nothing is begun anew', async (_what, picture, which) => {
    const files = await levels(which);
    const moved = (from: string, to: string) =>
      Promise.all(files.map((file) => rename(file + from, file + to))).then(() => undefined);
    await isToldAndGoesOn(
      () => moved('', '.aside'),
      () => moved('.aside', ''),
      picture,
    );
  });
});
