import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StorageMode } from '../../src/protocol/page-calls.ts';
import { distFolder, type Mode, type Person, startPerson } from '../helpers/browser/index.mjs';
import type { TorClient } from '../helpers/tor-network/index.mjs';
import { allCases } from './in-addon/cases.ts';
import { distWithAcceptancePage } from './in-addon/xpi.ts';

let folder: string;
let dist: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'n25-browser-'));
  dist = await distWithAcceptancePage(distFolder(), folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Storage needs no Tor: nobody listens at this one. */
const client = { socksPort: 1, controlPort: 1, cookieFile: '/nowhere' } as TorClient;
const unmade = () => Promise.reject(new Error('only the names are asked for here'));
const names = allCases({ stores: unmade, vault: unmade }).map(({ name }) => name);

describe.each<{ mode: Mode; modes: StorageMode[] }>([
  { mode: 'ordinary', modes: ['indexeddb', 'native', 'memory'] },
  { mode: 'private', modes: ['native', 'memory'] },
])('in a real add-on in $mode mode', { sequential: true }, ({ mode, modes }) => {
  let alice: Person;
  let page: Page;

  beforeAll(async () => {
    alice = await startPerson({ name: `Alice-${mode}`, folder, mode, client, dist });
    page = await alice.addonPage('acceptance/page.html');
    await page.waitForFunction(() => 'acceptance' in globalThis);
  });

  afterAll(() => alice?.close());

  it('knows whether databases work here', async () => {
    const works = await page.evaluate(() => acceptance.indexedDbWorks());
    expect(works).toBe(mode === 'ordinary');
  });

  for (const kind of modes) {
    it.each(names)(`${kind}: %s`, async (name) => {
      const answer = await page.evaluate(({ kind, name }) => acceptance.run(kind, name), {
        kind,
        name,
      });
      expect(answer).toBe('holds');
    });
  }
});
