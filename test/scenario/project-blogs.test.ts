import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OwnChain } from '../../src/background/app/self/own-chain.ts';
import { writeSigned } from '../../src/background/app/spaces/signed-writer.ts';
import { parseSpaceName } from '../../src/domain/space/name.ts';
import { putDocuments } from '../../src/store/documents.ts';
import { must } from '../domain/people.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { Onions } from '../sync/onions.ts';
import {
  agree,
  ask,
  befriendAll,
  canWrite,
  isIn,
  post,
  reads,
  standing,
  texts,
  toVote,
  view,
} from './forum-people.ts';
import { befriend, eventually, Household, surprises } from './household.ts';

/** Ana, Ben and Cleo write; Dora and Emil only read, and nobody of the authors knows Emil. */
let onions: Onions;
let ana: Household;
let ben: Household;
let cleo: Household;
let dora: Household;
let emil: Household;

beforeAll(async () => {
  await sodiumReady();
  onions = new Onions();
  [ana, ben, cleo, dora, emil] = (await Promise.all(
    ['Ana', 'Ben', 'Cleo', 'Dora', 'Emil'].map((name) => Household.found(name, onions)),
  )) as [Household, Household, Household, Household, Household];
  await befriendAll(ana, [ben, cleo]);
  await befriend(ben, dora);
}, 60_000);

afterEach(() => {
  expect(surprises.splice(0)).toEqual([]);
});

afterAll(async () => {
  await Promise.all([ana, ben, cleo, dora, emil].map((person) => person.dispose()));
  await onions.close();
});

async function foundBlog(title: string, founder: Household, others: readonly Household[]) {
  const founders = others.map(({ address }) => address);
  const { space } = await ask(founder).foundProjectBlog({
    title,
    rule: 'majority',
    dormancy: false,
    founders,
  });
  for (const other of others) await agree(other, space);
  await canWrite([founder, ...others], space);
  return space;
}

async function linkOf(who: Household, space: string): Promise<string> {
  const { link } = await view(who, space);
  if (link === undefined) throw new Error('no link');
  return link;
}

/** As the pages do it when somebody looks. */
async function readsByLooking(who: Household, space: string, text: string): Promise<void> {
  await eventually(`${who.name} reads “${text}”`, async () => {
    await ask(who).lookNow({});
    return (await texts(who, space)).includes(text);
  });
}

describe('a blog of several authors', { timeout: 120_000 }, () => {
  it('is founded by two, who admit a third by majority; a stranger reads it by its link', async () => {
    const space = await foundBlog('The garden', ana, [ben]);
    await post(ana, space, 'Tomatoes are up.');
    await reads(ben, space, 'Tomatoes are up.');

    await ask(emil).followSpace({ link: await linkOf(ana, space) });
    await readsByLooking(emil, space, 'Tomatoes are up.');
    await expect(post(emil, space, 'Me too!')).rejects.toMatchObject({ code: 'not-allowed' });
    expect((await ask(emil).space({ space })).mayWrite).toBe(false);

    await ask(ana).proposeMembers({ space, action: 'admit', people: [cleo.address] });
    await agree(cleo, space);
    expect(await standing(cleo, space)).toBe('joining');
    await toVote(ben, space, true);
    await canWrite([cleo], space);
    await isIn(ben, space, ana, ben, cleo);
    await post(cleo, space, 'And the beans.');
    for (const who of [ana, ben]) await reads(who, space, 'And the beans.');
    await readsByLooking(emil, space, 'And the beans.');

    const { authors } = await ask(emil).space({ space });
    const admissions = authors?.people.find(({ address }) => address === cleo.address)?.admissions;
    expect(admissions).toMatchObject([
      { how: 'vote', proposedBy: { address: ana.address }, decidedBy: { address: ana.address } },
    ]);
    expect(authors?.rules.votesNeeded).toBe(2);
  });

  it('is read on from its stored form after a start, and written on', async () => {
    const space = await foundBlog('Orchard', ana, [ben]);
    const many = Array.from({ length: 55 }, (_, index) => `Apple ${index}`);
    for (const text of many) await post(ana, space, text);
    for (const who of [ana, ben]) await reads(who, space, many.at(-1) ?? '');
    // The first start writes the form, the second begins with it.
    for (let start = 0; start < 2; start += 1) {
      await ana.close();
      await ana.reopen();
      const { forms } = ana.person.context;
      await eventually('the form is there', () => forms.parts(space).includes('posts'));
      expect((await texts(ana, space)).toSorted()).toEqual(many.toSorted());
    }
    await isIn(ana, space, ana, ben);
    await post(ana, space, 'Pears.');
    await reads(ben, space, 'Pears.');
    expect((await view(ana, space)).refused).toEqual({});
  });

  it('takes nothing at its door from somebody who is no author, and counts nothing of it that gets in', async () => {
    const space = await foundBlog('Soil', ana, [ben]);
    await post(ana, space, 'Compost.');
    await ask(emil).followSpace({ link: await linkOf(ana, space) });
    await readsByLooking(emil, space, 'Compost.');
    const name = must(parseSpaceName(space));
    const forged = await writeSigned(emil.person.context, new OwnChain(emil.person.context, name), {
      what: 'post',
      text: 'Ana is a crook.',
    });
    const answer = await onions.fetch(`http://${ana.address}:25984/${space}/_bulk_docs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ new_edits: false, docs: forged.documents }),
    });
    expect([401, 403]).toContain(answer.status);
    const database = await ben.person.context.stores.open(name);
    await putDocuments(database, forged.documents);
    await ben.person.spaceChanged(name);
    for (const who of [ana, ben, emil]) expect(await texts(who, space)).toEqual(['Compost.']);
    expect(Object.values((await view(ben, space)).refused)).toEqual([1]);
  });

  it('is had from any author, also when whoever gave the link is away', async () => {
    const space = await foundBlog('Bees', ana, [ben]);
    await ask(emil).followSpace({ link: await linkOf(ana, space) });
    await post(ana, space, 'The hive has moved.');
    await readsByLooking(emil, space, 'The hive has moved.');
    await ana.close();
    await post(ben, space, 'Honey!');
    await readsByLooking(emil, space, 'Honey!');
    await ana.reopen();
    await reads(ana, space, 'Honey!');
  });

  it('is told to a friend who follows it as soon as it is written', async () => {
    const space = await foundBlog('Birds', ana, [ben]);
    await ask(dora).followSpace({ link: await linkOf(ben, space) });
    await post(ana, space, 'A wren.');
    await reads(dora, space, 'A wren.');
    await post(ana, space, 'A robin.');
    await reads(dora, space, 'A robin.');
  });

  it('takes nothing from somebody who was removed, and keeps what they wrote before', async () => {
    const space = await foundBlog('Cheese', ana, [ben, cleo]);
    await post(cleo, space, 'Brie.');
    await reads(ben, space, 'Brie.');
    await reads(ana, space, 'Brie.');
    await ask(emil).followSpace({ link: await linkOf(ana, space) });
    await ask(ana).proposeMembers({ space, action: 'remove', people: [cleo.address] });
    await toVote(ben, space, true);
    await isIn(ana, space, ana, ben);
    // Nobody need tell her: she reads it as anybody may.
    await post(cleo, space, 'I am still here').catch(() => undefined);
    await post(ben, space, 'Cheddar.');
    await reads(ana, space, 'Cheddar.');
    await readsByLooking(emil, space, 'Cheddar.');
    for (const who of [ana, ben, emil]) {
      expect((await texts(who, space)).toSorted()).toEqual(['Brie.', 'Cheddar.']);
    }
    const { authors } = await ask(emil).space({ space });
    expect(authors?.past).toMatchObject([
      {
        address: cleo.address,
        departures: [{ how: 'removed', decidedBy: { address: ben.address } }],
      },
    ]);
  });

  it('goes on after its founder has left, and is there after a restart', async () => {
    const space = await foundBlog('Tea', ana, [ben, cleo]);
    await post(ana, space, 'Assam.');
    await reads(ben, space, 'Assam.');
    await ask(ana).leaveForum({ space });
    await isIn(ben, space, ben, cleo);
    expect(await standing(ana, space)).toBe('left');
    await ben.close();
    await ben.reopen();
    await post(ben, space, 'Ceylon.');
    await reads(cleo, space, 'Ceylon.');
    expect((await texts(ben, space)).toSorted()).toEqual(['Assam.', 'Ceylon.']);
    await ask(ana).dropForum({ space });
    expect(await ana.person.context.stores.list()).not.toContain(space);
  });

  it('is one of its author’s own, whose link leads an author to where they write', async () => {
    const space = await foundBlog('Rain', ana, [ben]);
    expect(await ask(ana).followSpace({ link: await linkOf(ben, space) })).toEqual({ space });
    expect((await view(ana, space)).mayWrite).toBe(true);
    expect((await ask(ana).spaces({})).filter(({ name }) => name === space)).toHaveLength(1);
  });
});

describe('a blog for its authors alone', { timeout: 120_000 }, () => {
  it('is written by three, the third let in by the others, and no stranger finds it by a link', async () => {
    const { space } = await ask(ana).foundForum({
      kind: 'restricted-blog',
      title: 'Minutes',
      rule: 'majority',
      mode: 'history',
      dormancy: false,
      founders: [ben.address],
    });
    await agree(ben, space);
    await canWrite([ana, ben], space);
    await post(ana, space, 'Present: Ana and Ben.');
    await ask(ana).proposeMembers({ space, action: 'admit', people: [cleo.address] });
    await agree(cleo, space);
    await toVote(ben, space, true);
    await canWrite([cleo], space);
    await reads(cleo, space, 'Present: Ana and Ben.');
    await post(cleo, space, 'And Cleo.');
    await reads(ben, space, 'And Cleo.');
    expect((await view(ana, space)).link).toBeUndefined();
    const link = `http://${ana.address}/#n25:${space}`;
    await expect(ask(emil).followSpace({ link })).rejects.toMatchObject({ code: 'space-missing' });
  });
});
