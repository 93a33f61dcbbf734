import { describe, expect, it } from 'vitest';
import { newsSince } from '../../src/background/news.ts';

const nothing = { messages: 0, posts: 0, requests: 0 };

describe('news', () => {
  it('is what has come since, private messages first', () => {
    expect(newsSince(nothing, { messages: 2, posts: 1, requests: 1 })).toEqual([
      'messages',
      'requests',
      'posts',
    ]);
    expect(newsSince({ ...nothing, posts: 3 }, { ...nothing, posts: 4 })).toEqual(['posts']);
  });

  it('is none when something was read, or nothing has come', () => {
    expect(newsSince({ messages: 2, posts: 5, requests: 1 }, nothing)).toEqual([]);
    expect(newsSince({ ...nothing, messages: 2 }, { ...nothing, messages: 2 })).toEqual([]);
  });

  it('is none at the start, whatever waited', () => {
    expect(newsSince(undefined, { messages: 9, posts: 9, requests: 9 })).toEqual([]);
  });
});
