import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/domain/bytes.ts';
import { chainStart, positionAfter } from '../../../src/domain/document/chain.ts';
import { writeInForum } from '../../../src/domain/forum/write.ts';
import { randomBytes } from '../../../src/domain/sodium.ts';
import { makeSaying } from '../../../src/domain/types/saying.ts';
import { parseSpaceName, spaceIdFromName } from '../../../src/domain/space/name.ts';
import { readWhole, stored } from '../../../src/background/app/self/own-spaces.ts';
import type { StoredDocument } from '../../../src/store/ports.ts';
import { putDocuments } from '../../../src/store/documents.ts';
import { ask, post, reads, texts } from '../forum-people.ts';
import { eventually, type Household } from '../household.ts';
import { atTheDoor, foes, inside, must, smuggle } from './foes.ts';

const world = foes();

/** What is said beside the posts of a space of what is missing, by text. */
async function gaps(who: Household, space: string) {
  const { posts } = await ask(who).feed({ space, limit: 100 });
  return posts.flatMap(({ text, gap }) => (gap ? [{ text, ...gap }] : []));
}

async function idsAt(who: Household, space: string): Promise<string[]> {
  const documents = await readWhole(await who.person.context.stores.open(space));
  return documents.map(({ _id }) => _id);
}

function nameOf(space: string) {
  return must(parseSpaceName(space));
}

/** Posts of somebody in their feed, one after the other, the others by hand. */
function chainOf({ person }: Household, said: readonly string[]): StoredDocument[][] {
  const { identity, device } = person.context.me;
  const spaceId = spaceIdFromName(person.spaces.feed);
  const writer = { author: identity.publicKey, signer: device.signing };
  let position = chainStart;
  return said.map((text) => {
    const placing = { spaceId, writer, time: Date.now(), position, parents: [] };
    const { header, body } = must(makeSaying(placing, { what: 'post', text }, randomBytes));
    position = positionAfter(header);
    return [body!, header].map(({ json }) => stored(json));
  });
}

describe('Ben', { timeout: 120_000 }, () => {
  it('keeps a post back from Ana that he gave to Cleo: she sees the hole, and has it from Cleo', async () => {
    const { ana, ben, cleo, space } = world;
    await post(ben, space, 'one');
    await reads(ana, space, 'one');
    await ana.close();
    const before = new Set(await idsAt(ben, space));
    await post(ben, space, 'two, for some');
    const withheld = (await idsAt(ben, space)).filter((id) => !before.has(id));
    await reads(cleo, space, 'two, for some');
    await post(ben, space, 'three');
    await reads(cleo, space, 'three');
    await cleo.close();
    await ben.person.context.stores.erase(space, withheld);
    await ana.reopen();
    await reads(ana, space, 'three');
    await eventually('the hole shows', async () => (await gaps(ana, space)).length > 0);
    expect(await gaps(ana, space)).toEqual([{ text: 'three', missing: 1, forked: false }]);
    expect(await texts(ana, space)).not.toContain('two, for some');
    // Asking Ben again changes nothing.
    await ask(ana).askAgain({ space: nameOf(space) });
    await cleo.reopen();
    await reads(ana, space, 'two, for some');
    await eventually('nothing is missing', async () => (await gaps(ana, space)).length === 0);
  });

  it('tells Ana another past than Cleo: where they meet, both see that he did', async () => {
    const { ana, ben, cleo, space } = world;
    await post(ben, space, 'from the beginning');
    await reads(ana, space, 'from the beginning');
    await reads(cleo, space, 'from the beginning');
    const forum = inside(ben, space);
    const { writer } = ben.person.forums.get(space).space;
    const last = forum.chains.find(({ key }) => key === toHex(writer.signer.publicKey));
    const position = { seq: last!.head.seq + 1, prev: last!.head.hash };
    const author = { writer, position, time: Date.now() };
    const say = (text: string) =>
      must(writeInForum(forum, author, { what: 'post', text }, randomBytes)).documents;
    const [yes, no] = [say('I never said so'), say('I always said so')];
    const toAna = await atTheDoor(world, ana, ben);
    await toAna.store(
      nameOf(space),
      yes.map(({ json }) => stored(json)),
    );
    // Cleo fetches the other from him.
    await smuggle(ben, space, ...no);
    for (const who of [ana, cleo]) {
      await eventually(`${who.name} sees both`, async () => {
        const forked = (await gaps(who, space)).filter((gap) => gap.forked);
        return forked.length === 2;
      });
    }
  });

  it('leaves posts out of his own blog: Ana sees how many', async () => {
    const { ana, ben } = world;
    const { feed } = ben.person.spaces;
    const made = chainOf(ben, ['first', 'not for you', 'nor this', 'fourth', 'fifth']);
    const door = await atTheDoor(world, ana, ben);
    await door.store(feed, [...made[0]!, ...made[3]!, ...made[4]!]);
    await eventually('Ana reads', async () => (await ana.reads()).includes('fifth'));
    await eventually('the hole shows', async () => (await gaps(ana, feed)).length > 0);
    expect(await gaps(ana, feed)).toEqual([{ text: 'fourth', missing: 2, forked: false }]);
    const rest = [...made[1]!, ...made[2]!];
    await putDocuments(await ben.person.context.stores.open(feed), rest);
    await eventually('nothing is missing', async () => (await gaps(ana, feed)).length === 0);
  });
});
