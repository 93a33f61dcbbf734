import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/domain/address.ts';
import { fromBase64Url } from '../../src/domain/bytes.ts';
import { argon2id, sodiumReady } from '../../src/domain/sodium.ts';
import { lockOfSheet, openKeySheet, passphraseBytes } from '../../src/domain/vault/key-sheet.ts';
import type { LocalSettings, StoredKeys } from '../../src/background/local-settings.ts';
import { storedKeysOf } from '../../src/background/safe/sheet-keys.ts';
import { profileFormat } from '../../src/background/upgrade/profile-format.ts';
import { upgrade } from '../../src/background/upgrade/upgrade.ts';
import { must } from '../domain/people.ts';
import { keptPassphrase, keptProfiles, readKept, unpackFolder } from '../profiles/kept.ts';
import { makeProfile } from '../profiles/make-profile.ts';
import { TestSessionArea } from '../store/session-area.ts';
import { Onions } from '../sync/onions.ts';
import { Household, surprises } from './household.ts';

type Kept = LocalSettings & { keys: StoredKeys };

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
const onions = new Onions();
/** `npm run make-profile`: the next run reads it. */
const isToBeMade = process.env['NETWORK25_MAKE_PROFILE'] !== undefined;

beforeAll(async () => {
  await sodiumReady();
  if (isToBeMade) await makeProfile();
});
afterAll(async () => {
  await onions.close();
  expect(surprises).toEqual([]);
});

/** As the browser has it once this version has started. */
async function browserOf(profile: string): Promise<Kept> {
  const area = new TestSessionArea();
  await area.set(await readKept(profile, 'browser'));
  await upgrade({ area, random, version: 'now' });
  return (await area.get(null)) as unknown as Kept;
}

async function opened(profile: string): Promise<Household> {
  const files = await readKept(profile, 'host');
  const settings = await browserOf(profile);
  return Household.kept('Alice', onions, settings, (folder) => unpackFolder(files, folder));
}

const released = await keptProfiles();

it('there is one of each form', async () => {
  const forms = Array.from({ length: profileFormat }, (_, index) => String(index + 1));
  expect((await keptProfiles()).toSorted()).toEqual(forms);
});

describe.each(released)('a profile that was kept in form %s', (profile) => {
  it('has friends, posts and conversations, today as then', async () => {
    const alice = await opened(profile);
    try {
      const [friend] = alice.person.book.all();
      expect(friend?.record).toMatchObject({ petname: 'Bob', state: 'friend' });
      expect(await alice.reads()).toEqual(['a post of his', 'a post of hers']);
      const { messages } = alice.person.talk.view(must(parseAddress(friend?.record.address ?? '')));
      expect(messages.map(({ text }) => text)).toEqual(['a message of hers', 'a message of his']);
      await alice.person.posting.write('written today');
      await alice.close();
      await alice.reopen();
      expect(await alice.reads()).toEqual(['written today', 'a post of his', 'a post of hers']);
    } finally {
      await alice.dispose();
    }
  });

  it('has the newest number when it was opened', async () => {
    const { format } = await browserOf(profile);
    expect(format?.number).toBe(profileFormat);
  });

  it('opens by its passphrase', async () => {
    const { keys } = await readKept(profile, 'sheet');
    const sheet = must(fromBase64Url((keys as { sheet: string }).sheet));
    const lock = must(lockOfSheet(sheet));
    const stretched = argon2id(passphraseBytes(keptPassphrase), lock.salt, lock.cost);
    const { root, device } = storedKeysOf(must(openKeySheet(sheet, stretched)));
    expect((await browserOf(profile)).keys).toMatchObject({ root, device });
  });
});
