import { hostVersion } from '../../native-host/version.ts';
import { toBase64Url } from '../../src/domain/bytes.ts';
import { argon2id, randomBytes } from '../../src/domain/sodium.ts';
import {
  createSheetLock,
  passphraseBytes,
  sealKeySheet,
} from '../../src/domain/vault/key-sheet.ts';
import { sheetKeysOf } from '../../src/background/safe/sheet-keys.ts';
import { profileFormat } from '../../src/background/upgrade/profile-format.ts';
import { befriend, eventually, Household } from '../scenario/household.ts';
import { Onions } from '../sync/onions.ts';
import { keptPassphrase, packFolder, writeKept } from './kept.ts';

/** Two people who have met, written and gone; keeps what one of them has on the disk. */
export async function makeProfile(): Promise<void> {
  const onions = new Onions();
  const alice = await Household.found('Alice', onions);
  const bob = await Household.found('Bob', onions);
  try {
    await befriend(alice, bob);
    await alice.person.saveProfile({
      name: 'Alice A.',
      about: 'Kept to be opened by later versions.',
      interests: ['peas'],
      shownFriends: [],
    });
    await alice.person.posting.write('a post of hers');
    await bob.person.posting.write('a post of his');
    await eventually('she reads it', async () => (await alice.reads()).length === 2);
    await alice.person.sendMessage(bob.address, 'a message of hers');
    await eventually('he hears', () => bob.hears(alice).length === 1);
    await bob.person.sendMessage(alice.address, 'a message of his');
    await eventually('she hears', () => alice.hears(bob).length === 2);
    await alice.close();
    await keep(alice);
  } finally {
    await Promise.all([alice.dispose(), bob.dispose()]);
    await onions.close();
  }
}

async function keep({ settings, local, host }: Household): Promise<void> {
  const name = String(profileFormat);
  const { keys } = settings;
  if (keys?.version !== 1) throw new TypeError('keys that are kept openly');
  const lock = createSheetLock(randomBytes);
  const stretched = argon2id(passphraseBytes(keptPassphrase), lock.salt, lock.cost);
  const sheet = sealKeySheet(sheetKeysOf(keys), lock, stretched, randomBytes);
  const items = {
    ...settings,
    ...(await local.get(null)),
    profile: '00112233445566778899aabbccddeeff',
    home: 'native',
    format: { number: profileFormat, version: hostVersion() },
  };
  await writeKept(name, 'browser', items);
  await writeKept(name, 'sheet', { keys: { version: 2, sheet: toBase64Url(sheet) } });
  await writeKept(name, 'host', await packFolder(host.folder));
}
