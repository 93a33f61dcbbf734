import { setMaxListeners } from 'node:events';
import { chainStart, positionAfter } from '../src/domain/document/chain.ts';
import { sodiumReady } from '../src/domain/sodium.ts';
import { makePost } from '../src/domain/types/post.ts';
import { must, storedPost } from '../test/domain/people.ts';
import { Member } from '../test/sync/member.ts';
import { Onions } from '../test/sync/onions.ts';
import { line, spread, title } from './lib/figures.ts';

/**
 * A forum of members who are no friends: each with a real host, databases on disk and the add-on's replication, without
 * browser and Tor. How long until a post is everywhere, and how many requests that takes.
 */

const size = Number(process.env['MEMBERS'] ?? 50);
const rounds = Number(process.env['ROUNDS'] ?? 10);

// What is under way with many peers at once is more than the ten listeners that Node takes for usual.
setMaxListeners(1_000);
await sodiumReady();
const onions = new Onions();
const members: Member[] = [];
try {
  for (let at = 0; at < size; at += 1) members.push(await Member.join(`member ${at}`, onions));
  await measure();
} finally {
  for (const member of members) await member.leave();
  await onions.close();
}

async function measure(): Promise<void> {
  const [writer] = members;
  if (!writer) throw new TypeError('nobody is there');
  const forum = writer.blog.space;
  await Member.share(forum, members);
  const began = performance.now();
  const whole = everywhere(writer.blog.documents.length);
  for (const member of members) member.connect();
  await whole;
  title(`A forum of ${size} members on this machine, each with its own host`);
  line(
    'from the first dials to everybody having all',
    `${Math.round(performance.now() - began)} ms`,
  );
  const arrivals: number[] = [];
  const last: number[] = [];
  let position = chainStart;
  onions.asked.length = 0;
  for (let round = 0; round < rounds; round += 1) {
    const making = { spaceId: forum.id, writer: writer.person.writer, time: 1_000_000, position };
    const post = must(makePost({ ...making, text: 'x'.repeat(600) }, writer.person.random));
    position = positionAfter(post.header);
    const documents = storedPost(post);
    const written = performance.now();
    const there = everywhere(writer.blog.documents.length + 2 * (round + 1));
    await writer.write(forum, documents);
    await writer.sync.push(forum.name, documents);
    const times = (await there).map((at) => at - written);
    arrivals.push(...times);
    last.push(Math.max(...times));
  }
  const requests = onions.asked.length / rounds / size;
  line('a post of 600 characters, written → with a member', spread(arrivals));
  line('written → with all of them', spread(last));
  line('requests for a post and member, long-polls included', requests.toFixed(1));
}

/** When each of them has had so many documents in the forum. */
async function everywhere(documents: number): Promise<number[]> {
  const [writer] = members;
  return Promise.all(
    members.map(
      (member) =>
        new Promise<number>((resolve, reject) => {
          const look = async () => {
            if (!writer || (await member.count(writer.blog.space)) < documents) return;
            leave();
            resolve(performance.now());
          };
          const leave = member.stores.watch(() => void look().catch(reject));
          look().catch(reject);
        }),
    ),
  );
}
