import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { parseSpaceName, type SpaceName } from '../../src/domain/space/name.ts';
import { must } from '../domain/people.ts';
import { Onions } from '../sync/onions.ts';
import { eventually, Household, surprises } from './household.ts';

const onions = new Onions();
beforeAll(() => sodiumReady());
afterAll(() => onions.close());

/** So many that a start keeps what it has worked out of them. */
const many = 60;

describe('spaces with many posts', () => {
  it.each(['history', 'ephemeral'] as const)(
    'are after each restart what they were (%s)',
    async (mode) => {
      const alice = await Household.found('Alice', onions);
      const owner = alice.person.context.me.identity.publicKey;
      const plan = { kind: 'list', owner, title: 'List', mode, writers: 'members' } as const;
      const { space: list } = await alice.person.forums.found(plan, []);
      const blog = alice.person.spaces.feed;
      const say = (space: SpaceName, text: string) =>
        alice.person.feed.write(space, { what: 'post', text });
      for (let at = 0; at < many; at += 1) {
        await say(list, `list ${at}`);
        await say(blog, `blog ${at}`);
      }
      const all = async () => {
        const texts: string[] = [];
        for (const space of [list, blog]) {
          const { posts } = await alice.person.feed.page({ space, limit: 100 });
          texts.push(...posts.map(({ text }) => text));
        }
        return texts.toSorted();
      };
      const expected = await all();
      expect(expected).toHaveLength(2 * many);
      const kept = () => alice.person.context.vault.entries('form/').map(([name]) => name);
      // The first start reads every document and keeps what it made of them, the second goes on from there.
      for (let start = 0; start < 2; start += 1) {
        await alice.close();
        await alice.reopen();
        expect(await all()).toEqual(expected.toSorted());
        await eventually('it is kept', () => kept().length === 2);
        for (const space of [list, blog]) expected.push(`after ${start} in ${space}`);
        for (const space of [list, blog]) await say(space, `after ${start} in ${space}`);
        expect(await all()).toEqual(expected.toSorted());
      }
      expect(alice.person.feed.unread()).toBe(0);
      expect(alice.refused).toEqual([]);
      // Who leaves the list has nothing of it: neither its form nor its marks.
      await alice.person.forums.drop(list);
      expect(kept()).toEqual([`form/${must(parseSpaceName(blog))}`]);
      const { vault } = alice.person.context;
      expect(vault.entries(`marks/${list}/`)).toEqual([]);
      expect(surprises).toEqual([]);
      await alice.dispose();
    },
    120_000,
  );
});
