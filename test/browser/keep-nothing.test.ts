import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { toBase64Url, utf8 } from '../../src/domain/bytes.ts';
import { addonId } from '../../src/protocol/native-messages.ts';
import {
  befriend,
  createIdentity,
  openConversation,
  seesMessage,
  seesPost,
  sendMessage,
  writePost,
} from '../helpers/browser/acts.mjs';
import { filesHolding } from '../helpers/browser/files-holding.mjs';
import { type Person, startPerson } from '../helpers/browser/index.mjs';
import { startTorNetwork, type TorNetwork } from '../helpers/tor-network/index.mjs';

/** As Linux gives it to an account: a place in memory. */
const runtime = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

let network: TorNetwork;
let folder: string;
let places: string[];

beforeAll(async () => {
  network = await startTorNetwork({ clients: 2 });
  folder = await mkdtemp(join(tmpdir(), 'n25-nothing-'));
  places = [await mkdtemp(join(runtime, 'n25-run-')), await mkdtemp(join(tmpdir(), 'n25-tmp-'))];
});

afterAll(async () => {
  await network.stop();
  for (const place of [folder, ...places]) await rm(place, { recursive: true, force: true });
});

const planted = {
  post: 'zinnias grow behind the old brewery',
  message: 'the brass key is under the third stone',
};

/** As it may lie somewhere: plain, or in base64url beginning at any of three bytes. */
const formsOf = (text: string): string[] => [
  text,
  ...[0, 1, 2].map((skipped) => toBase64Url(utf8(text).subarray(skipped, skipped + 21))),
];

/** The browser packs what it stores: a long text may lie there in parts. */
const pieces = (text: string): string[] => text.match(/.{16}/g) ?? [];

type Stored = Record<string, unknown>;

async function stored(page: Page, area: 'local' | 'session'): Promise<Stored> {
  return page.evaluate(async (name) => {
    const { browser } = globalThis as unknown as {
      browser: { storage: Record<string, { get: (all: null) => Promise<Stored> }> };
    };
    return (await browser.storage[name]?.get(null)) ?? {};
  }, area);
}

const switchIn = (page: Page) =>
  page.getByRole('switch', { name: 'Keep nothing on this computer' });

/** The folders of hosts that keep nothing. */
async function temporaryFolders(): Promise<string[]> {
  const names = await Promise.all(
    places.map((place) => readdir(place, { recursive: true }).catch(() => [])),
  );
  return names.flat().filter((name) => /network25-[^/]+\/profile-[^/]+$/.test(name));
}

describe('Alice keeps nothing', () => {
  let alice: Person;
  let bob: Person;
  let page: Page;
  let secrets: string[];

  beforeAll(async () => {
    const [first, second] = network.clients;
    const [run = '', tmp = ''] = places;
    const artifacts = join('test-artifacts', 'keep-nothing');
    const environment = { XDG_RUNTIME_DIR: run, TMPDIR: tmp };
    const common = { folder, mode: 'private', network, artifacts } as const;
    [alice, bob] = await Promise.all([
      startPerson({ ...common, name: 'Alice', ...(first ? { client: first } : {}), environment }),
      startPerson({ ...common, name: 'Bob', ...(second ? { client: second } : {}) }),
    ]);
  });

  afterAll(async () => {
    await alice?.close();
    await bob?.close();
  });

  it('chooses so before she begins, and may think better of it', async () => {
    page = await alice.popup();
    const profiles = join(alice.folders.data, 'profiles');
    await vi.waitFor(async () => expect(await readdir(profiles)).toHaveLength(1), 30_000);
    await alice.screenshot(page, '01-choice');
    await switchIn(page).click();
    await page.getByRole('switch', { checked: true }).waitFor();
    await page.getByText('Nothing is kept: everything is gone when the browser closes').waitFor();
    await alice.screenshot(page, '02-chosen');
    await switchIn(page).click();
    await page.getByRole('switch', { checked: false }).waitFor();
    expect(await stored(page, 'local')).toHaveProperty('profile');
    await page.close();
    page = await alice.popup();
    await page.getByRole('switch', { checked: false }).waitFor();
    await switchIn(page).click();
    await page.getByRole('switch', { checked: true }).waitFor();
    // What the host made for a profile on the disk goes, too.
    await vi.waitFor(async () => expect(await readdir(profiles)).toEqual([]), 60_000);
    expect(await stored(page, 'local')).toEqual({});
    expect(await temporaryFolders()).toHaveLength(1);
  });

  it('begins without being asked for a passphrase, and makes a friend', async () => {
    await page.getByLabel('Your name').fill('Alice');
    await page.getByRole('button', { name: 'Create my identity' }).click();
    await page.getByRole('button', { name: 'Later' }).click({ timeout: 90_000 });
    await writePost(page, planted.post);
    await alice.screenshot(page, '03-feed');
    const { ['settings/keys']: keys } = (await stored(page, 'session')) as {
      'settings/keys': Record<string, string | number>;
    };
    secrets = [keys['root'], keys['device'], keys['vault']].flatMap((key) => pieces(String(key)));
    expect(secrets.length).toBeGreaterThan(5);
    const bobs = await createIdentity(bob);
    await befriend(alice, bob, bobs);
    const his = await bob.popup('#feed');
    await seesPost(his, planted.post);
    await his.close();
  });

  it('talks as everybody does', async () => {
    const hers = await alice.popup('#friends');
    await openConversation(hers, 'Bob');
    await sendMessage(hers, 'Bob', planted.message);
    const his = await bob.popup('#friends');
    await openConversation(his, 'Alice');
    await seesMessage(his, planted.message);
    await his.close();
    await hers.close();
  });

  it('is still there when the browser has ended the background and started it again', async () => {
    await page.goto('about:blank');
    await alice.chrome.run(
      `const [id] = args;
       await WebExtensionPolicy.getByID(id).extension.terminateBackground({ disableResetIdleForTest: true });`,
      addonId,
    );
    page = await alice.popup('#feed');
    await seesPost(page, planted.post);
    await page.getByText('Nothing is kept: everything is gone when the browser closes').waitFor();
    const settings = await alice.options('storage');
    await settings.getByText('Nothing is kept', { exact: true }).waitFor();
    await alice.screenshot(settings, '04-storage');
    await settings.close();
    expect(await stored(page, 'local')).toEqual({});
  });

  it('leaves nothing of it when the browser is closed, and is nobody when it starts', async () => {
    let found = ['not looked yet'];
    const texts = [...Object.values(planted).flatMap(formsOf), ...secrets];
    await alice.restart(async () => {
      await vi.waitFor(async () => expect(await temporaryFolders()).toEqual([]), 20_000);
      const { home, profile, data } = alice.folders;
      found = await filesHolding([home, profile, data, ...places], texts);
      expect(await readdir(join(data, 'profiles'))).toEqual([]);
    });
    expect(found).toEqual([]);
    page = await alice.popup();
    await page.getByLabel('Your name').waitFor();
    await page.getByRole('switch', { checked: false }).waitFor();
    // The same search finds Bob's copy, who keeps his.
    await bob.restart(async () => {
      found = await filesHolding([bob.folders.data], formsOf(planted.post));
    });
    expect(found).not.toEqual([]);
  });
});
