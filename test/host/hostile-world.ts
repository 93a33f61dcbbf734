import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'vitest';
import { asBytes } from '../../native-host/bytes.ts';
import { inboxSpace, profileSpace } from '../../src/domain/space/charter.ts';
import { blogOf, person } from '../domain/people.ts';
import { openWorld, shareWith, type World, type WorldOptions } from './endpoint-world.ts';
import { databaseOf, newDatabase } from './store-helpers.ts';

const alice = person('Alice');
const bob = person('Bob');
const eve = person('Eve');
const blog = blogOf(alice, ['one', 'two', 'three']);
const secret = blogOf(alice, ['between us']);

/** Alice's host with a friend, somebody on the list who means no good, and something neither may know of. */
export interface HostileWorld extends World {
  readonly alice: typeof alice;
  readonly blog: typeof blog;
  readonly bob: { readonly address: string; readonly token: string };
  readonly eve: { readonly address: string; readonly token: string };
  /** Open to anyone, to friends, to be written to, and to nobody. */
  readonly names: {
    readonly profile: string;
    readonly blog: string;
    readonly inbox: string;
    readonly secret: string;
  };
  /** The host is as well as before, a friend is answered, and nothing was logged. */
  expectWell(): Promise<void>;
  /** No answer may tell where we are, what we run on, or what else there is. */
  expectDiscreet(answer: string): void;
}

export async function openHostileWorld(options: WorldOptions = {}): Promise<HostileWorld> {
  const world = await openWorld(alice.identity.address, options);
  const names = {
    profile: profileSpace(alice.identity.publicKey).name,
    blog: blog.space.name,
    inbox: inboxSpace(alice.identity.publicKey).name,
    secret: secret.space.name,
  };
  for (const name of Object.values(names)) await newDatabase(world.store, name);
  await databaseOf(world.store, names.profile).write([{ _id: 'shown' }], true);
  await databaseOf(world.store, names.blog).write(
    blog.documents.map((document) => ({ ...document })),
    false,
  );
  const both = { read: [names.blog], write: [names.blog] };
  const friend = { address: bob.identity.address, token: 'bobs-token' };
  const foe = { address: eve.identity.address, token: 'eves-token' };
  shareWith(
    world.access,
    [
      { name: names.profile, door: 'signed', readers: 'anyone' },
      { name: names.blog, door: 'signed', readers: 'peers' },
      { name: names.inbox, door: 'inbox', readers: 'nobody' },
    ],
    [
      { ...friend, ...both },
      { ...foe, ...both },
    ],
  );
  const memory = process.memoryUsage.rss();
  return {
    ...world,
    alice,
    blog,
    bob: friend,
    eve: foe,
    names,
    async expectWell() {
      const answer = await world.onion.ask('GET', `/${names.blog}/_all_docs`, {
        token: friend.token,
      });
      expect([answer.status, answer.text]).toMatchObject([200, /"rows"/]);
      const { rows } = answer.json as { rows: unknown[] };
      expect(rows.length).toBeGreaterThanOrEqual(blog.documents.length);
      expect(world.faults.splice(0)).toEqual([]);
      // Far above what any of this needs, far below what a flood would take if it were kept.
      expect(process.memoryUsage.rss() - memory).toBeLessThan(1_000_000_000);
    },
    expectDiscreet(answer) {
      expect(answer).not.toMatch(
        /\bat \S+ \(|\.ts\b|\.m?js\b|node_modules|native-host|node:|Error:/,
      );
      expect(answer).not.toContain(world.folder);
      expect(answer).not.toContain(names.secret);
    },
  };
}

/**
 * Sends these bytes as they are, and gives all that came back when the other end has closed. What may be half a
 * request is never answered: with `endAfter` it is said, so many milliseconds later, that there is no more.
 */
export async function raw(
  bytes: string | Uint8Array,
  port: number,
  endAfter?: number,
): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  let answer = '';
  socket.setEncoding('latin1');
  socket.on('data', (piece) => (answer += String(piece)));
  // Cut in the middle of sending: what was answered before that counts.
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.write(typeof bytes === 'string' ? asBytes(Buffer.from(bytes, 'latin1')) : bytes);
  const timer = endAfter === undefined ? undefined : setTimeout(() => socket.end(), endAfter);
  await closed;
  clearTimeout(timer);
  return answer;
}

/** The statuses of all answers in what came back. */
export const statuses = (answer: string): number[] =>
  [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
