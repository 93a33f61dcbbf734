import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { begin, seesPost, writePost } from '../helpers/browser/acts.mjs';
import { type Mode, type Person, startPerson } from '../helpers/browser/index.mjs';
import type { TorClient } from '../helpers/tor-network/index.mjs';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'n25-browser-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** This needs no Tor: nobody listens at this one. */
const client = { socksPort: 1, controlPort: 1, cookieFile: '/nowhere' } as TorClient;
const inUse = 'Another browser is using this data. Close it, then try again.';

/** Firefox itself keeps two from one profile; a copy of the profile gets past that. */
describe.each<{ mode: Mode }>([{ mode: 'private' }, { mode: 'ordinary' }])(
  'a copy of Alice’s browser profile, in $mode mode',
  ({ mode }) => {
    let alice: Person | undefined;
    let copy: Person | undefined;

    afterAll(async () => {
      await copy?.close();
      await alice?.close();
    });

    it('waits while the first runs, changes nothing, and goes on where the first left off', async () => {
      const artifacts = join('test-artifacts', 'second-browser', mode);
      const place = join(folder, mode);
      alice = await startPerson({ name: 'Alice', folder: place, mode, client, artifacts });
      const first = await alice.popup();
      await begin(first, 'Alice');
      await writePost(first, 'written before there was a copy');
      const { profile, data } = alice.folders;
      await alice.restart(() => cp(profile, join(place, 'Copy', 'profile'), { recursive: true }));
      const hers = await alice.popup('#feed');
      await seesPost(hers, 'written before there was a copy');

      copy = await startPerson({
        name: 'Copy',
        folder: place,
        mode,
        client,
        artifacts,
        uuid: alice.uuid,
        environment: { NETWORK25_DATA_DIR: data },
      });
      const theirs = await copy.popup('#feed');
      await theirs.getByText(inUse).first().waitFor();
      await copy.screenshot(theirs, '01-in-use');
      const options = await copy.options('identity');
      await options.getByText(inUse).first().waitFor();
      await copy.screenshot(options, '02-in-use-settings');
      await options.close();
      await writePost(hers, 'written while the copy waits');

      await alice.close();
      alice = undefined;
      await theirs.getByRole('button', { name: 'Try again' }).click();
      await seesPost(theirs, 'written before there was a copy');
      await seesPost(theirs, 'written while the copy waits');
      await writePost(theirs, 'written after the first was closed');
      await copy.screenshot(theirs, '03-goes-on');
    });
  },
);
