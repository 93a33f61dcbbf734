import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { concat } from '../../src/domain/bytes.ts';
import { phraseFromRoot } from '../../src/domain/recovery-phrase.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { parseSpaceName, type SpaceName } from '../../src/domain/space/name.ts';
import type { BackupSecret } from '../../src/protocol/page-calls/backup.ts';
import { Onions } from '../sync/onions.ts';
import { ask, found, post, texts } from './forum-people.ts';
import { befriend, eventually, Household, surprises } from './household.ts';

let onions: Onions;
let alice: Household;
let bob: Household;
let fresh: Household;

beforeAll(sodiumReady);

beforeEach(async () => {
  onions = new Onions();
  [alice, bob, fresh] = await Promise.all([
    Household.found('Alice', onions),
    Household.found('Bob', onions),
    Household.empty('Alice', onions),
  ]);
});

afterEach(async () => {
  await Promise.all([alice.dispose(), bob.dispose(), fresh.dispose()]);
  await onions.close();
  expect(surprises.splice(0)).toEqual([]);
});

/** The file, as the page puts it together. */
async function backUp(
  of: Household,
  passphrase: string | null = null,
): Promise<Uint8Array<ArrayBuffer>> {
  const { calls } = of.backups;
  const { id } = await calls.beginBackup({ passphrase });
  const pieces: Uint8Array[] = [];
  for (let done = false; !done;) {
    const piece = await calls.readBackup({ id });
    pieces.push(piece.bytes);
    ({ done } = piece);
  }
  await calls.endBackup({ id, kept: true });
  return new Uint8Array(concat(...pieces));
}

async function restore(
  at: Household,
  file: Uint8Array<ArrayBuffer>,
  secret: BackupSecret,
  what: 'everything' | 'look' | string[] = 'everything',
  size = 50_000,
) {
  const { calls } = at.backups;
  const { id } = await calls.beginRestore({ secret, what });
  for (let from = 0; from < file.length; from += size) {
    await calls.addToRestore({ id, bytes: file.slice(from, from + size) });
  }
  return calls.finishRestore({ id, passphrase: null });
}

const wordsOf = (household: Household) => phraseFromRoot(household.person.context.me.identity.root);

function parsed(name: string): SpaceName {
  const space = parseSpaceName(name);
  if (!space.ok) throw new Error('no space');
  return space.value;
}

async function databasesOf(household: Household): Promise<string[]> {
  const response = await household.host.tunnel('http://host/_all_dbs');
  const names: unknown = await response.json();
  return Array.isArray(names) ? names.map(String) : [];
}

async function talk(between: Household, and: Household, when: string): Promise<void> {
  await between.person.sendMessage(and.address, `${between.name} says ${when}`);
  await and.person.sendMessage(between.address, `${and.name} says ${when}`);
  const heard = (by: Household, from: Household) =>
    by.hears(from).includes(`${from.name} says ${when}`);
  await eventually(`${and.name} hears`, () => heard(and, between));
  await eventually(`${between.name} hears`, () => heard(between, and));
}

/** A file from Alice to Bob, until he has it. */
async function sendLetter(): Promise<Uint8Array> {
  const bytes = Uint8Array.from({ length: 1_000 }, (_, at) => at % 251);
  const { id } = await ask(alice).beginFile({ name: 'letter', type: '', size: bytes.length });
  await ask(alice).addToFile({ id, from: 0, bytes });
  await ask(alice).sendMessage({ address: bob.address, text: 'a letter', attached: [id] });
  await eventually('Bob has the letter', async () =>
    readLetter(bob, alice).then(
      () => true,
      () => false,
    ),
  );
  return bytes;
}

async function readLetter(who: Household, other: Household): Promise<Uint8Array | undefined> {
  const { messages } = await ask(who).conversation({ address: other.address });
  const message = messages.find(({ text }) => text === 'a letter')?.id ?? '';
  const which = { address: other.address, message, file: 0, from: 0 };
  return (await ask(who).readMessageFile(which)).pieces[0];
}

describe('Alice loses her machine', { timeout: 90_000 }, () => {
  it('and goes on from her backup on another, by her words, with all there was', async () => {
    await befriend(alice, bob);
    await alice.person.posting.write('before');
    await bob.person.posting.write('from Bob');
    await eventually('Alice reads', async () => (await alice.reads()).length === 2);
    const forum = await alice.person.places.desk.createForum('Rooftop gardens');
    await talk(alice, bob, 'before');
    const letter = await sendLetter();
    const [words, phrase] = [
      wordsOf(alice),
      bob.person.friendships.safetyPhraseWith(alice.address),
    ];
    const file = await backUp(alice);
    await alice.close();

    const restored = await restore(fresh, file, { words });
    expect(restored).toMatchObject({ number: 1, address: alice.address });
    expect(restored.spaces).toContainEqual({
      name: forum,
      title: 'Rooftop gardens',
      kind: 'public-forum',
      here: true,
    });
    expect((await fresh.reads()).toSorted()).toEqual(['before', 'from Bob']);
    expect(fresh.hears(bob)).toEqual(['Alice says before', 'Bob says before', 'a letter']);
    expect(await readLetter(fresh, bob)).toEqual(letter);
    expect(bob.person.friendships.safetyPhraseWith(fresh.address)).toBe(phrase);

    const device = fresh.person.context.me.device.signing.publicKey;
    await eventually('Bob has her new keys', () => {
      const known = bob.person.book.get(fresh.address).bundle.device;
      return Buffer.compare(known, device) === 0;
    });
    await fresh.person.posting.write('after');
    await eventually('Bob reads on', async () => (await bob.reads()).includes('after'));
    await talk(fresh, bob, 'after');
    await bob.person.posting.write('Bob goes on');
    await eventually('Alice reads on', async () => (await fresh.reads()).includes('Bob goes on'));
    expect(await readLetter(bob, fresh)).toEqual(letter);
    expect(bob.refused).toEqual([]);
    expect(fresh.refused).toEqual([]);
    expect((await fresh.backups.calls.backup({})).last?.number).toBe(1);
    expect(await backUp(fresh)).toBeInstanceOf(Uint8Array);
    expect((await fresh.backups.calls.backup({})).last?.number).toBe(2);
  });

  it('with a passphrase for the backup, and types another first', async () => {
    await alice.person.posting.write('sealed');
    const file = await backUp(alice, 'a passphrase of its own');
    await alice.close();
    const code = (secret: BackupSecret) =>
      restore(fresh, file, secret).then(
        () => 'restored',
        (error: { code: string }) => error.code,
      );
    expect(await code({ passphrase: 'another' })).toBe('backup-passphrase');
    expect(await code({})).toBe('backup-passphrase');
    expect(fresh.isSomebody).toBe(false);
    expect(await code({ passphrase: 'a passphrase of its own' })).toBe('restored');
    expect(await fresh.reads()).toEqual(['sealed']);
  });

  it('and whatever is wrong with the file is said, and nothing of it stays', async () => {
    await alice.person.posting.write('before');
    const words = wordsOf(alice);
    const file = await backUp(alice);
    const code = (bytes: Uint8Array<ArrayBuffer>, secret: BackupSecret = { words }) =>
      restore(fresh, bytes, secret, 'everything', 7_001).then(
        () => 'restored',
        (error: { code: string }) => error.code,
      );
    expect(await code(file, { words: wordsOf(bob) })).toBe('backup-others');
    expect(await code(file, { words: 'these are no such words' })).toBe('words-unknown');
    expect(await code(new TextEncoder().encode('a picture, say'))).toBe('not-a-backup');
    expect(await code(new TextEncoder().encode('age-encryption.org/v2\n'))).toBe('backup-newer');
    for (let part = 0; part < 12; part += 1) {
      const cut = Math.floor((file.length * part) / 12);
      if (cut > 300) expect(await code(file.subarray(0, cut))).toBe('backup-damaged');
      const changed = file.slice();
      const at = Math.min(file.length - 1, cut + 400);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await code(changed)).toBe('backup-damaged');
    }
    expect(await code(file.subarray(0, file.length - 1))).toBe('backup-damaged');
    expect(await databasesOf(fresh)).toEqual([]);
    expect(fresh.isSomebody).toBe(false);
    await alice.close();
    expect(await code(file)).toBe('restored');
    expect(await fresh.reads()).toEqual(['before']);
  });

  it('and the browser dies while it restores, wherever: the next start is a first one', async () => {
    await alice.person.posting.write('before');
    const words = wordsOf(alice);
    const file = await backUp(alice);
    await alice.close();
    for (let most = 5; !fresh.isSomebody; most += 25) {
      fresh.host.tunnelRequestsMost = fresh.host.tunnelRequests + most;
      const restored = await restore(fresh, file, { words }).catch(() => undefined);
      fresh.host.tunnelRequestsMost = Infinity;
      if (restored === undefined && !fresh.isSomebody) {
        await fresh.restores.tidy();
        expect(await databasesOf(fresh)).toEqual([]);
      }
    }
    if (!fresh.isOpen) await fresh.open();
    expect(await fresh.reads()).toEqual(['before']);
  });

  it.each(['history', 'ephemeral'] as const)(
    'and goes on in a forum (%s), although she has written in it after the backup',
    async (mode) => {
      await befriend(alice, bob);
      const space = await found(alice, [bob], { mode });
      await post(alice, space, 'before');
      await eventually('Bob reads', async () => (await texts(bob, space)).includes('before'));
      const words = wordsOf(alice);
      const file = await backUp(alice);
      await post(alice, space, 'since then');
      await eventually('Bob reads on', async () =>
        (await texts(bob, space)).includes('since then'),
      );
      await alice.close();

      await restore(fresh, file, { words });
      expect(await texts(fresh, space)).toContain('before');
      await post(bob, space, 'from Bob');
      await eventually('Alice reads Bob', async () =>
        (await texts(fresh, space)).includes('from Bob'),
      );
      if (mode === 'history') {
        await eventually('Alice reads herself', async () =>
          (await texts(fresh, space)).includes('since then'),
        );
      }
      await post(fresh, space, 'after');
      await eventually('Bob reads the restored Alice', async () =>
        (await texts(bob, space)).includes('after'),
      );
    },
  );

  it('only in part, and takes what is missing from the backup', async () => {
    await befriend(alice, bob);
    const { desk } = alice.person.places;
    const blog = await desk.createForum('Recipes');
    await alice.person.posting.write('soup', parsed(blog));
    const file = await backUp(alice);
    await alice.person.posting.write('newer than the backup');
    await desk.unfollow(parsed(blog));
    await eventually('it is gone', async () => !(await databasesOf(alice)).includes(blog));
    const seen = await restore(alice, file, {}, 'look');
    expect(seen.spaces.find(({ name }) => name === blog)?.here).toBe(false);
    expect(seen.spaces.filter(({ here }) => !here)).toHaveLength(1);
    await expect(restore(bob, file, { words: wordsOf(alice) }, [blog])).rejects.toMatchObject({
      code: 'backup-others',
    });
    await restore(alice, file, {}, [blog]);
    expect(await alice.reads()).toContain('newer than the backup');
    expect(await alice.reads()).toContain('soup');
    await expect(restore(alice, file, {})).rejects.toMatchObject({ code: 'identity-exists' });
    await talk(alice, bob, 'after');
  });
});
