import { describe, expect, it } from 'vitest';
import { crowdIn, mostADay } from '../../src/background/app/feed/crowd.ts';
import { type Entry, newestFirst } from '../../src/background/app/feed/order.ts';

const day = 86_400_000;
const [forum, blog] = [{ name: 'forum' }, { name: 'blog' }] as unknown as Entry['space'][];

/** So many posts of somebody in a space, a second apart. */
function posts(
  space: Entry['space'] | undefined,
  author: string,
  count: number,
  from = 0,
): Entry[] {
  return Array.from(
    { length: count },
    (_, index) =>
      ({
        post: { id: `${author} ${from + index}`, author },
        space,
        time: from + index * 1_000,
      }) as unknown as Entry,
  );
}

const crowd = (...entries: Entry[][]) =>
  crowdIn(
    entries
      .flat()
      .toSorted((a, b) => newestFirst({ ...a, id: a.post.id }, { ...b, id: b.post.id })),
    ({ post }) => post.id.startsWith('me'),
  );

describe('a flood of posts', () => {
  it('stands aside from what others write, the first of a day excepted', () => {
    const { aside, more } = crowd(posts(forum, 'ben', mostADay + 30), posts(forum, 'cleo', 5));
    expect(aside.size).toBe(30);
    expect([...aside].every((id) => id.startsWith('ben'))).toBe(true);
    expect(aside.has('ben 0')).toBe(false);
    expect([...more]).toEqual([[`ben ${mostADay - 1}`, 30]]);
  });

  it('is none where it is spread over days or spaces, or where it is our own', () => {
    const days = [0, 1, 2].map((one) => posts(forum, 'ben', mostADay, one * day));
    expect(crowd(...days, posts(blog, 'ben', mostADay)).aside.size).toBe(0);
    expect(crowd(posts(forum, 'me', 3 * mostADay)).aside.size).toBe(0);
  });

  it('changes nothing of what was shown when more comes', () => {
    const some = crowd(posts(forum, 'ben', mostADay + 1)).aside;
    const all = crowd(posts(forum, 'ben', mostADay + 100)).aside;
    expect([...some].every((id) => all.has(id))).toBe(true);
    expect(all.size).toBe(100);
  });
});
