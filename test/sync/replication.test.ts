import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chainStart, positionAfter } from '../../src/domain/document/chain.ts';
import { makePost } from '../../src/domain/types/post.ts';
import { must, postsIn, storedPost } from '../domain/people.ts';
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

async function join(...[name, options]: [string, { texts?: string[]; memory?: boolean }?]) {
  const member = await Member.join(name, onions, options);
  members.push(member);
  return member;
}

const texts = (count: number) => Array.from({ length: count }, (_, at) => `post ${at}`);
/** Charter, certificate, and two documents a post. */
const documentsOf = (posts: number) => 2 + 2 * posts;

/** The next post of a blog. */
function nextPost(member: Member, text: string) {
  const last = member.blog.posts.at(-1);
  const position = last ? positionAfter(last.header) : chainStart;
  const spaceId = member.blog.space.id;
  const making = { spaceId, writer: member.person.writer, text, time: 1_000_000, position };
  return storedPost(must(makePost(making, member.person.random)));
}

describe('two friends', () => {
  for (const memory of [false, true]) {
    it(`read each other's posts (${memory ? 'one keeps hers in memory' : 'both through their hosts'})`, async () => {
      const ada = await join('ada', { texts: texts(3), memory });
      const bob = await join('bob', { texts: texts(2) });
      Member.befriend(ada, bob);
      ada.connect();
      bob.connect();
      await poll(() => ada.count(bob.blog.space)).toBe(documentsOf(2));
      await poll(() => bob.count(ada.blog.space)).toBe(documentsOf(3));
      await poll(() => ada.count(bob.profile)).toBe(4);
      await poll(() => ada.sync.state(bob.address).connection).toBe('up-to-date');
      expect(ada.refused).toEqual([]);
      const seen = ada.states.map(([, connection]) => connection);
      expect(seen.slice(0, 3)).toEqual(['dialing', 'online', 'up-to-date']);
      expect(seen).not.toContain('unreachable');
    });
  }

  it('get a new post in one request, pushed, and pulling it again brings nothing', async () => {
    const ada = await join('ada', { texts: texts(1) });
    const bob = await join('bob');
    Member.befriend(ada, bob);
    await bob.stores.open(ada.blog.space.name);
    ada.connect();
    await poll(() => ada.sync.state(bob.address).connection).toBe('up-to-date');
    await ada.write(ada.blog.space, ada.blog.documents);
    onions.takeAsked(bob.address);
    const fresh = [...ada.blog.documents, ...nextPost(ada, 'news')];
    expect(await ada.sync.push(ada.blog.space.name, fresh)).toEqual([
      { address: bob.address, result: 'stored' },
    ]);
    const pushes = onions.takeAsked(bob.address).filter((request) => request.startsWith('POST'));
    expect(pushes).toEqual([`POST /${ada.blog.space.name}/_bulk_docs`]);
    expect(await bob.count(ada.blog.space)).toBe(documentsOf(2));
  });

  it('hear of a post through the long-poll when it was not pushed', async () => {
    const ada = await join('ada', { texts: texts(1) });
    const bob = await join('bob');
    Member.befriend(ada, bob);
    bob.connect();
    await poll(() => bob.count(ada.blog.space)).toBe(documentsOf(1));
    await poll(() => bob.sync.state(ada.address).connection).toBe('up-to-date');
    onions.takeAsked(ada.address);
    await ada.write(ada.blog.space, nextPost(ada, 'news'));
    await poll(() => bob.count(ada.blog.space)).toBe(documentsOf(2));
    await poll(() => onions.asked.filter((each) => each.request.includes('longpoll')).length).toBe(
      1,
    );
    // Two requests bring it; the third is the next long-poll.
    const asked = onions.takeAsked(ada.address).map((request) => request.replace(/[?].*/, ''));
    expect(asked).toEqual([
      `GET /${ada.blog.space.name}/_changes`,
      `POST /${ada.blog.space.name}/_bulk_get`,
      'GET /_db_updates',
    ]);
  });

  it('get what they missed when both are back, and ask for nothing else', async () => {
    const ada = await join('ada', { texts: texts(2) });
    const bob = await join('bob', { texts: texts(1) });
    Member.befriend(ada, bob);
    // A space that the friend's host doesn't have yet counts as not pulled, and is rightly asked for again.
    await bob.stores.open(ada.conversation(bob).name);
    ada.connect();
    bob.connect();
    await poll(() => bob.count(ada.blog.space)).toBe(documentsOf(2));
    await poll(() => ada.count(bob.blog.space)).toBe(documentsOf(1));
    await poll(() => bob.sync.state(ada.address).connection).toBe('up-to-date');
    // What she has not pulled to its end by now she rightly asks for again.
    await poll(() => ada.sync.state(bob.address).connection).toBe('up-to-date');

    // Ada's browser closes: her host ends with it.
    ada.sync.stop();
    await ada.host.stopProcess();
    await poll(() => bob.sync.state(ada.address).connection).toBe('unreachable');
    expect(bob.sync.state(ada.address).code).toBe('peer-unreachable');
    expect(bob.sync.state(ada.address).lastSeen).toBeGreaterThan(0);
    await bob.write(bob.blog.space, nextPost(bob, 'while you were away'));
    expect(await bob.sync.push(bob.blog.space.name, nextPost(bob, 'x'))).toEqual([
      { address: ada.address, result: 'later', code: 'peer-unreachable' },
    ]);

    // She comes back with a post written offline, and dials; her ring wakes Bob out of his backoff.
    await ada.host.startProcess();
    await ada.write(ada.blog.space, nextPost(ada, 'written offline'));
    await ada.host.goOnline();
    onions.takeAsked(bob.address);
    onions.takeAsked(ada.address);
    ada.restartSync();
    await poll(() => ada.count(bob.blog.space)).toBe(documentsOf(2));
    await poll(() => bob.count(ada.blog.space)).toBe(documentsOf(3));
    const pulled = onions
      .takeAsked(bob.address)
      .filter((each) => each.includes('_changes'))
      .map((each) => each.replace(/[?].*/, ''));
    // Her own post comes back to her as news of Bob's replica; nothing that didn't change is asked for.
    const echo = `GET /${ada.blog.space.name}/_changes`;
    expect(pulled.filter((each) => each !== echo)).toEqual([
      `GET /${bob.blog.space.name}/_changes`,
    ]);
  });

  it('pull nothing after a restart when nothing changed', async () => {
    const ada = await join('ada', { texts: texts(3) });
    const bob = await join('bob');
    Member.befriend(ada, bob);
    for (const space of [bob.blog.space, ada.conversation(bob)]) await ada.stores.open(space.name);
    bob.connect();
    await poll(() => bob.count(ada.blog.space)).toBe(documentsOf(3));
    await poll(() => bob.sync.state(ada.address).connection).toBe('up-to-date');
    onions.takeAsked(ada.address);
    bob.restartSync();
    const longPoll = () => onions.asked.filter((each) => each.request.includes('longpoll')).length;
    await poll(longPoll).toBe(1);
    const asked = onions.takeAsked(ada.address);
    expect(asked.map((request) => request.replace(/[?].*/, ''))).toEqual([
      'POST /_network25/hello',
      'POST /_network25/proof',
      'GET /',
      'GET /_db_updates',
      'GET /_db_updates',
    ]);
  });

  it('start anew with a friend whose databases were restored', async () => {
    const ada = await join('ada', { texts: texts(3) });
    const bob = await join('bob');
    Member.befriend(ada, bob);
    bob.connect();
    await poll(() => bob.count(ada.blog.space)).toBe(documentsOf(3));
    await ada.stores.destroy(ada.blog.space.name);
    const more = postsIn(ada.person, ada.blog.space, ['a', 'b', 'c', 'd']).flatMap(storedPost);
    await ada.write(ada.blog.space, [ada.blog.charter, ada.blog.key, ...more]);
    await poll(() => bob.count(ada.blog.space)).toBe(documentsOf(3) + 8);
  });

  it('bring a thousand posts in few requests', async () => {
    const ada = await join('ada', { texts: texts(1_000) });
    const bob = await join('bob', { memory: true });
    Member.befriend(ada, bob);
    onions.takeAsked(ada.address);
    bob.connect();
    await poll(() => bob.count(ada.blog.space)).toBe(documentsOf(1_000));
    const asked = onions
      .takeAsked(ada.address)
      .filter((each) => each.includes(ada.blog.space.name));
    // 2,002 documents: three pages of changes, three of documents.
    expect(asked.length).toBeLessThanOrEqual(6);
  }, 30_000);
});

describe('a post that is pushed', () => {
  it('costs its writer one request, and comes back to nobody who brought it', async () => {
    const ada = await join('ada');
    const bob = await join('bob');
    Member.befriend(ada, bob);
    for (const space of [ada.blog.space, bob.blog.space, ada.conversation(bob)]) {
      for (const member of [ada, bob]) await member.stores.open(space.name);
    }
    ada.connect();
    await poll(() => ada.sync.state(bob.address).connection).toBe('up-to-date');
    await poll(() => onions.asked.some((each) => each.request.includes('longpoll'))).toBe(true);
    onions.takeAsked(bob.address);
    for (const text of ['one', 'two', 'three']) {
      const documents = nextPost(ada, text);
      expect(await ada.sync.push(ada.blog.space.name, documents)).toMatchObject([
        { result: 'stored' },
      ]);
    }
    await sleep(200);
    expect(onions.takeAsked(bob.address)).toEqual(
      Array.from({ length: 3 }, () => `POST /${ada.blog.space.name}/_bulk_docs`),
    );
  });
});

describe('a space that is newly shared', () => {
  it('is pulled although nothing in it changed', async () => {
    const ada = await join('ada', { texts: texts(1) });
    const bob = await join('bob');
    const carol = await join('carol', { texts: texts(2) });
    Member.befriend(ada, bob);
    bob.connect();
    await poll(() => bob.sync.state(ada.address).connection).toBe('up-to-date');
    expect(await bob.count(carol.blog.space)).toBe(0);
    Member.befriend(bob, carol);
    bob.connect();
    await poll(() => bob.count(carol.blog.space)).toBe(documentsOf(2));
    expect(bob.states.filter(([, connection]) => connection === 'dialing')).toHaveLength(2);
  });
});

describe('a friend who is one no more', () => {
  it('is neither dialled nor answered', async () => {
    const ada = await join('ada', { texts: texts(1) });
    const bob = await join('bob');
    Member.befriend(ada, bob);
    bob.connect();
    await poll(() => bob.sync.state(ada.address).connection).toBe('up-to-date');
    bob.sync.setPeers([]);
    expect(bob.sync.state(ada.address)).toEqual({ connection: 'unknown' });
    onions.takeAsked(ada.address);
    bob.sync.wake(ada.address);
    expect(await bob.sync.push(bob.blog.space.name, bob.blog.documents)).toEqual([]);
    expect(onions.takeAsked(ada.address)).toEqual([]);
    // Ada lets Bob in no more: his token is nobody's.
    ada.host.allow({ spaces: [], peers: [] });
    bob.connect();
    await poll(() => bob.sync.state(ada.address).code).toBe('peer-refused');
  });
});
