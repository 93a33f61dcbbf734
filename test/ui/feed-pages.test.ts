import { describe, expect, it } from 'vitest';
import { appendOlder, joinNewest } from '../../src/popup/feed/feed-pages.ts';
import { deliveryWords } from '../../src/popup/feed/delivery-words.ts';
import type { FeedView, PostView } from '../../src/protocol/page-calls.ts';

const post = (id: number, part: Partial<PostView> = {}): PostView => ({
  id: `post ${id}`,
  cursor: `cursor ${id}`,
  space: { name: 's', kind: 'blog', title: 'News' },
  authorAddress: '',
  authorName: 'Bob',
  mine: false,
  title: '',
  text: '',
  time: id,
  unread: false,
  edited: false,
  files: [],
  replies: 0,
  reactions: [],
  may: { reply: true, react: false, change: false },
  ...part,
});
const feed = (ids: number[], more: boolean): FeedView => ({
  posts: ids.map((id) => post(id)),
  more,
});
const idsOf = ({ posts }: FeedView) => posts.map(({ time }) => time);

describe('joining the newest posts to those shown', () => {
  it('puts new ones on top and keeps the older ones', () => {
    const joined = joinNewest(feed([5, 4, 3, 2, 1], false), feed([6, 5, 4], true));
    expect(idsOf(joined)).toEqual([6, 5, 4, 3, 2, 1]);
    expect(joined.more).toBe(false);
  });

  it('shows a late older post in its place', () => {
    expect(idsOf(joinNewest(feed([6, 4, 2], true), feed([6, 5, 4], true)))).toEqual([6, 5, 4, 2]);
  });

  it('takes the newer version of a post', () => {
    const newest = { posts: [post(2, { delivery: { friends: 1, reached: 1 } })], more: true };
    const joined = joinNewest(feed([2, 1], false), newest);
    expect(joined.posts[0]?.delivery).toEqual({ friends: 1, reached: 1 });
    expect(idsOf(joined)).toEqual([2, 1]);
  });

  it('lets the older ones go when there is a gap', () => {
    const joined = joinNewest(feed([3, 2, 1], false), feed([9, 8, 7], true));
    expect(idsOf(joined)).toEqual([9, 8, 7]);
    expect(joined.more).toBe(true);
  });

  it('believes an answer that holds everything', () => {
    expect(idsOf(joinNewest(feed([3, 2, 1], true), feed([2], false)))).toEqual([2]);
    expect(idsOf(joinNewest(feed([3], false), feed([], false)))).toEqual([]);
  });
});

describe('older posts', () => {
  it('come behind those shown, each once', () => {
    const all = appendOlder(feed([5, 4], true), feed([4, 3, 2], false));
    expect(idsOf(all)).toEqual([5, 4, 3, 2]);
    expect(all.more).toBe(false);
  });
});

describe('how far a post of one’s own got', () => {
  it('is said in words', () => {
    expect(deliveryWords({ friends: 0, reached: 0 }, false).key).toBe('feed_delivery_none');
    expect(deliveryWords({ friends: 3, reached: 0 }, false).key).toBe('feed_delivery_waiting');
    expect(deliveryWords({ friends: 3, reached: 2 }, false)).toEqual({
      key: 'feed_delivery_some',
      values: [2, 3],
      done: false,
    });
    expect(deliveryWords({ friends: 3, reached: 3 }, false).done).toBe(true);
    expect(deliveryWords({ friends: 0, reached: 0 }, true).key).toBe('member_delivery_none');
    expect(deliveryWords({ friends: 2, reached: 0 }, true).key).toBe('member_delivery_waiting');
    expect(deliveryWords({ friends: 2, reached: 1 }, true).values).toEqual([1, 2]);
    expect(deliveryWords({ friends: 2, reached: 2 }, true).done).toBe(true);
  });
});
