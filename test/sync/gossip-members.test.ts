import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chainStart, positionAfter } from '../../src/domain/document/chain.ts';
import { makePost } from '../../src/domain/types/post.ts';
import { must, storedPost } from '../domain/people.ts';
import { Member } from './member.ts';
import { Onions } from './onions.ts';
import { poll } from './poll.ts';

let onions: Onions;
let members: Member[] = [];

beforeEach(() => {
  onions = new Onions();
});
afterEach(async () => {
  for (const member of members) await member.leave();
  members = [];
});
afterAll(() => onions.close());

async function join(...names: string[]): Promise<Member[]> {
  members = await Promise.all(names.map((name) => Member.join(name, onions)));
  return members;
}

/** The next post in a blog: any signed space will do, since who may write in it is not the story here. */
function nextPost(writer: Member, text: string) {
  const { blog, person } = writer;
  const last = blog.posts.at(-1);
  const position = last ? positionAfter(last.header) : chainStart;
  const making = { spaceId: blog.space.id, writer: person.writer, text, time: 1_000_000, position };
  return storedPost(must(makePost(making, person.random)));
}

const isOnline = (member: Member, other: Member) =>
  ['online', 'up-to-date'].includes(member.sync.state(other.address).connection);

async function goesAway(member: Member): Promise<void> {
  member.sync.stop();
  await member.host.goOffline();
}

describe('members of a forum who are no friends', () => {
  it('carry what others wrote: from Ada to Carol through Bob, who never are online together', async () => {
    const [ada, bob, carol] = await join('ada', 'bob', 'carol');
    if (!ada || !bob || !carol) throw new Error('somebody is missing');
    const forum = ada.blog.space;
    await Member.share(forum, members);
    await carol.host.goOffline();
    ada.connect();
    bob.connect();
    await poll(() => isOnline(ada, bob)).toBe(true);
    const post = nextPost(ada, 'for all of you');
    await ada.write(forum, post);
    expect(await ada.sync.push(forum.name, post)).toEqual([
      { address: bob.address, result: 'stored' },
    ]);
    await poll(() => bob.count(forum)).toBe(4);
    await goesAway(ada);

    await carol.host.goOnline();
    carol.connect();
    await poll(() => carol.count(forum)).toBe(4);
    // She has tried Ada, in vain; it was Bob who had it.
    expect(carol.sync.state(ada.address).connection).not.toBe('up-to-date');
  });

  it('hear at once what their partner has just been given, and what it has just fetched', async () => {
    const [ada, bob, carol] = await join('ada', 'bob', 'carol');
    if (!ada || !bob || !carol) throw new Error('somebody is missing');
    const forum = ada.blog.space;
    await Member.share(forum, members);
    // Ada and Carol cannot reach each other: each knows only Bob's onion to be there.
    ada.connect();
    await ada.host.goOffline();
    await carol.host.goOffline();
    carol.connect();
    await poll(() => isOnline(ada, bob) && isOnline(carol, bob)).toBe(true);
    await poll(() => carol.sync.state(bob.address).connection).toBe('up-to-date');
    const given = nextPost(ada, 'brought to Bob');
    await ada.write(forum, given);
    await ada.sync.push(forum.name, given);
    // All of Ada's documents: Bob has been given the post alone, the rest is fetched from her later.
    await poll(() => carol.count(forum)).toBe(2);

    await ada.host.goOnline();
    bob.connect();
    await poll(() => bob.count(forum)).toBe(4);
    await poll(() => carol.count(forum)).toBe(4);
    expect(carol.sync.state(ada.address).connection).not.toBe('up-to-date');
  });

  it('who come to the door are known there, and need not be dialled back', async () => {
    const [ada, bob] = await join('ada', 'bob');
    if (!ada || !bob) throw new Error('somebody is missing');
    await Member.share(ada.blog.space, members);
    await ada.host.goOffline();
    ada.connect();
    await poll(() => ada.sync.state(bob.address).connection).toBe('up-to-date');
    const post = nextPost(bob, 'x');
    expect(await bob.sync.push(bob.blog.space.name, post)).toEqual([]);
    expect(bob.host.seen).toContain(ada.address);
  });
});
