import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../../native-host/endpoint/limits/limits.ts';
import { chainStart } from '../../../src/domain/document/chain.ts';
import { bodyId } from '../../../src/domain/document/body.ts';
import { encodeBody } from '../../../src/domain/document/body-content.ts';
import { sealChunk, wrapChunk } from '../../../src/domain/document/chunk.ts';
import type { FileManifest } from '../../../src/domain/document/file.ts';
import { encodePayload, storedFields } from '../../../src/domain/document/envelope.ts';
import { signDocument } from '../../../src/domain/document/signed.ts';
import { unwrapSealed, wrapSealed } from '../../../src/domain/document/sealed.ts';
import { hashFor } from '../../../src/domain/hash.ts';
import { randomBytes } from '../../../src/domain/sodium.ts';
import { spaceIdFromName } from '../../../src/domain/space/name.ts';
import { readWhole, stored } from '../../../src/background/app/self/own-spaces.ts';
import type { StoredDocument } from '../../../src/store/ports.ts';
import { ask } from '../forum-people.ts';
import { eventually, type Household } from '../household.ts';
import { atTheDoor, counts, foes, shown } from './foes.ts';

const world = foes();

/** A post of somebody's in their own feed, made by hand and signed as it should be, whatever is in it. */
function madeByHand(
  { person }: Household,
  text: string,
  files: readonly FileManifest[] = [],
): StoredDocument[] {
  const { identity, device } = person.context.me;
  const spaceId = spaceIdFromName(person.spaces.feed);
  const bytes = encodeBody(randomBytes(32), { text, mentions: [], files });
  const hash = hashFor('body', spaceId, bytes);
  const header = signDocument({
    spaceId,
    type: 'post',
    author: identity.publicKey,
    signer: device.signing,
    ...chainStart,
    parents: [],
    time: Date.now(),
    body: hash,
  });
  const body = { ...storedFields(bodyId(hash)), b: encodePayload(bytes) };
  return [stored(body), stored(header.json)];
}

async function whole(who: Household, space: string): Promise<StoredDocument[]> {
  return readWhole(await who.person.context.stores.open(space));
}

async function writes(to: Household, from: Household, text: string): Promise<void> {
  await from.person.sendMessage(to.address, text);
  await eventually(`${to.name} hears: ${text}`, () => to.hears(from).includes(text));
}

describe('Ben, a friend, at Ana’s door', { timeout: 120_000 }, () => {
  it('brings posts larger than any may be, and more than a request may hold', async () => {
    const { ana, ben } = world;
    const door = await atTheDoor(world, ana, ben);
    const { feed } = ben.person.spaces;
    const [giant, header] = madeByHand(ben, 'x'.repeat(90_000));
    expect(await door.store(feed, [giant!, header!])).toBe(false);
    const long = madeByHand(ben, 'y'.repeat(20_000));
    expect(await door.store(feed, long)).toBe(false);
    await counts(ana, ben, 'too-large');
    await counts(ana, ben, 'malformed');
    const more = Array.from({ length: 400 }, () => giant!);
    await expect(door.store(feed, more)).rejects.toThrow('too-large');
    await counts(ana, ben, 'too-large', 2);
    const here = (await whole(ana, feed)).map(({ _id }) => _id);
    expect(here).not.toContain(giant!._id);
    expect(await shown(ana, ben)).toEqual({
      name: 'Ben',
      reasons: [
        { key: 'refused_large', count: 2 },
        { key: 'refused_damaged', count: 1 },
      ],
    });
    await ben.person.posting.write('In short: hello');
    await eventually('Ana reads it', async () => (await ana.reads()).includes('In short: hello'));
  });

  it('asks without a pause', async () => {
    const { ana, ben, cleo } = world;
    // A slow machine asks too slowly for the usual ones.
    ana.host.limits = {
      requests: { ...defaultLimits.requests, peer: { perSecond: 5, burst: 200 } },
    };
    await ana.close();
    await ana.reopen();
    const door = await atTheDoor(world, ana, ben);
    let refused = 0;
    const flood = (async () => {
      for (let round = 0; round < 100; round += 1) {
        const asked = Array.from({ length: 8 }, () => door.welcome().catch(() => (refused += 1)));
        await Promise.all(asked);
        if (refused > 20) return;
      }
    })();
    await writes(ana, cleo, 'Is he at it again?');
    await writes(cleo, ana, 'He is.');
    await flood;
    expect(refused).toBeGreaterThan(20);
    await counts(ana, ben, 'too-many', 20);
    expect((await shown(ana, ben))?.reasons[0]).toMatchObject({ key: 'refused_many' });
    ana.host.limits = {};
    await ana.close();
    await ana.reopen();
  });

  it('sends ciphertext that is none into their conversation', async () => {
    const { ana, ben } = world;
    await writes(ana, ben, 'Before');
    const { name } = ben.person.book.get(ana.address).conversation;
    const door = await atTheDoor(world, ana, ben);
    const spaceId = spaceIdFromName(name);
    const [genuine] = await whole(ana, name);
    const changed = unwrapSealed(genuine, spaceId, 65_536);
    if (!changed.ok) throw new Error(changed.code);
    changed.value.ciphertext.set(
      [changed.value.ciphertext.at(-1)! ^ 1],
      -1 + changed.value.ciphertext.length,
    );
    const noise = [randomBytes(200), randomBytes(1_000), changed.value.ciphertext].map((bytes) =>
      stored(wrapSealed(spaceId, bytes).json),
    );
    expect(await door.store(name, noise)).toBe(true);
    const broken = { ...noise[0]!, c: 'AAAA' };
    expect(await door.store(name, [broken])).toBe(false);
    await counts(ana, ben, 'wrong-id');
    await counts(ana, ben, 'malformed', 2);
    await counts(ana, ben, 'undecryptable');
    await writes(ana, ben, 'After');
    await writes(ben, ana, 'What was that?');
    // It lies there, and is not counted again when the browser starts anew.
    await ana.close();
    await ana.reopen();
    await writes(ana, ben, 'And again');
    expect(ana.refusedOf(ben)).toEqual({ 'wrong-id': 1, malformed: 2, undecryptable: 1 });
  });

  it('brings again what was there, and elsewhere what was said here', async () => {
    const { ana, ben } = world;
    await writes(ana, ben, 'Only once');
    const { name } = ben.person.book.get(ana.address).conversation;
    const door = await atTheDoor(world, ana, ben);
    const said = await whole(ana, name);
    expect(await door.store(name, said)).toBe(true);
    await ben.person.posting.write('Only here');
    await eventually('Ana reads it', async () => (await ana.reads()).includes('Only here'));
    const posts = (await whole(ben, ben.person.spaces.feed)).filter(({ _id }) =>
      _id.startsWith('d'),
    );
    // His profile is another space: what is signed for his feed says nothing there.
    expect(await door.store(ben.person.spaces.profile, posts)).toBe(false);
    await counts(ana, ben, 'bad-signature');
    await writes(ana, ben, 'And on');
    expect(ana.hears(ben).filter((text) => text === 'Only once')).toHaveLength(1);
    expect((await ana.reads()).filter((text) => text === 'Only here')).toHaveLength(1);
    expect(Object.keys(ana.refusedOf(ben)).toSorted()).toContain('bad-signature');
  });

  it('is counted over a restart, until Ana counts anew', async () => {
    const { ana, ben } = world;
    const door = await atTheDoor(world, ana, ben);
    const [giant] = madeByHand(ben, 'x'.repeat(90_000));
    await door.store(ben.person.spaces.feed, [giant!]);
    await counts(ana, ben, 'too-large');
    await ana.close();
    await ana.reopen();
    expect(ana.refusedOf(ben)).toEqual({ 'too-large': 1 });
    await ask(ana).clearRefused({});
    expect((await ask(ana).refused({})).people).toEqual([]);
  });

  it('brings pictures that are not what they say: too many pieces, too large, too short, or noise', async () => {
    const { ana, ben } = world;
    const { feed } = ben.person.spaces;
    const door = await atTheDoor(world, ana, ben);
    const spaceId = spaceIdFromName(feed);
    const file = (size: number, chunks: number, hashes?: readonly Uint8Array[]): FileManifest => ({
      name: 'sunset.png',
      type: 'image/png',
      size,
      key: randomBytes(32),
      chunks: hashes ?? Array.from({ length: chunks }, () => randomBytes(32)),
    });
    // A few bytes that would unfold into gigabytes, or into more pieces than they name.
    for (const bomb of [file(2 ** 40, 1), file(100, 800), file(65_536 * 897, 897), file(-1, 1)]) {
      expect(await door.store(feed, madeByHand(ben, 'Look!', [bomb]))).toBe(false);
    }
    await counts(ana, ben, 'malformed', 4);
    // A piece larger than any may be.
    const large = wrapChunk(spaceId, randomBytes(70_000));
    expect(await door.store(feed, [stored(large.json)])).toBe(false);
    await counts(ana, ben, 'too-large');
    // As large as it says, and inside it something else: longer than the manifest tells, or nothing at all.
    const longer = file(100, 1);
    const ciphertext = sealChunk({ spaceId, key: longer.key, index: 0 }, new Uint8Array(60_000));
    const [unfolds, noise] = [wrapChunk(spaceId, ciphertext), wrapChunk(spaceId, randomBytes(116))];
    const lies = [{ ...longer, chunks: [unfolds.hash] }, file(100, 1, [noise.hash])];
    const pieces = [unfolds, noise].map(({ json }) => stored(json));
    expect(await door.store(feed, [...madeByHand(ben, 'Sunset', lies), ...pieces])).toBe(true);
    const sunset = async () => {
      const { posts } = await ask(ana).feed({ space: feed, limit: 10 });
      return posts.find(({ text }) => text === 'Sunset');
    };
    await eventually('all of it is here', async () =>
      Boolean((await sunset())?.files.every(({ here }) => here === 1)),
    );
    const { id: post = '' } = (await sunset()) ?? {};
    for (const number of [0, 1]) {
      const read = ask(ana).readPostFile({ space: feed, post, file: number, from: 0 });
      await expect(read).rejects.toThrow('file-damaged');
    }
    await counts(ana, ben, 'file-damaged', 2);
    expect((await shown(ana, ben))?.reasons).toContainEqual({ key: 'refused_damaged', count: 6 });
    await writes(ana, ben, 'Did you like it?');
  });
});
