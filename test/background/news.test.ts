import { describe, expect, it } from 'vitest';
import { linesOf, newsSince, pageOf, toldOf, type Waiting } from '../../src/background/news.ts';

const from = (name: string, count: number): Waiting => ({
  kind: 'messages',
  page: `#conversation/${name}`,
  name,
  count,
});
const posts = (name: string, count: number): Waiting => ({
  kind: 'posts',
  page: `#space/${name}`,
  name,
  count,
});
const request: Waiting = { kind: 'requests', page: '#friends/carol', name: 'Carol', count: 1 };
const ask: Waiting = { kind: 'asks', page: '#spaces/council', name: 'Council', count: 1 };
const sinceNothing = (...now: Waiting[]) => newsSince(toldOf([]), now);

describe('news', () => {
  it('is what has come since, private messages first', () => {
    expect(sinceNothing(posts('Garden', 1), request, from('Bob', 2))).toEqual([
      from('Bob', 2),
      request,
      posts('Garden', 1),
    ]);
    const before = toldOf([posts('Garden', 3)]);
    expect(newsSince(before, [posts('Garden', 4)])).toEqual([posts('Garden', 4)]);
  });

  it('is none when something was read, or nothing has come', () => {
    const before = toldOf([from('Bob', 2), posts('Garden', 5)]);
    expect(newsSince(before, [])).toEqual([]);
    expect(newsSince(before, [from('Bob', 2), posts('Garden', 4)])).toEqual([]);
  });

  it('is what one friend wrote although as much by another was read meanwhile', () => {
    expect(newsSince(toldOf([from('Bob', 1)]), [from('Carol', 1)])).toEqual([from('Carol', 1)]);
  });

  it('is none at the start, whatever waited', () => {
    expect(newsSince(undefined, [from('Bob', 9), posts('Garden', 9)])).toEqual([]);
  });

  it('is told once for each kind, without a name, however much it is', () => {
    const news = sinceNothing(from('Bob', 2), from('Carol', 1), posts('Garden', 40));
    expect(linesOf(news, false)).toEqual([{ kind: 'messages' }, { kind: 'posts' }]);
  });

  it('is told with names where these are wanted, and few', () => {
    const news = sinceNothing(from('Bob', 2), ask, posts('Garden', 1), posts('Bees', 1));
    expect(linesOf(news, true)).toEqual([
      { kind: 'messages', name: 'Bob' },
      { kind: 'asks', name: 'Council' },
      { kind: 'posts', name: 'Garden' },
      { kind: 'posts', name: 'Bees' },
    ]);
    const many = sinceNothing(...['Bob', 'Carol', 'Dan', 'Eve'].map((name) => from(name, 1)));
    expect(linesOf(many, true)).toEqual([{ kind: 'messages' }]);
    const { name: _, ...untitled } = posts('Garden', 1);
    expect(linesOf(sinceNothing(untitled), true)).toEqual([{ kind: 'posts' }]);
  });

  it('leads to the thing itself if it is one, else to the list of what is most wanted', () => {
    expect(pageOf(sinceNothing(from('Bob', 3)))).toBe('#conversation/Bob');
    expect(pageOf(sinceNothing(posts('Garden', 3)))).toBe('#space/Garden');
    expect(pageOf(sinceNothing(posts('Garden', 3), posts('Bees', 1)))).toBe('#feed');
    expect(pageOf(sinceNothing(from('Bob', 1), from('Carol', 1), posts('Bees', 1)))).toBe(
      '#friends',
    );
    expect(pageOf(sinceNothing(ask, posts('Bees', 1)))).toBe('#spaces');
    expect(pageOf([])).toBe('#feed');
  });
});
