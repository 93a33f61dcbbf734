import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sodiumReady } from '../src/domain/sodium.ts';
import { buildHost, type BuiltHost } from '../test/host/native-host-process.ts';
import { startTorNetwork, type TorClient } from '../test/helpers/tor-network/index.mjs';
import { inMilliseconds, line, median, spread, timed, title } from './lib/figures.ts';
import { befriend, PersonOnTor } from './lib/person.ts';

/**
 * What a friend feels, over onion services on a private Tor network: a message and a post from the
 * call to the moment the friend's application can show them, beside a bare POST of the same size on
 * the same circuit and connection in the same run; and 1,000 posts to somebody who has just become a friend.
 */

const rounds = Number(process.env['ROUNDS'] ?? 80);
const warmUp = 10;
const catchUpPosts = 1_000;
const text = 'x'.repeat(200);

// One signal ends all that is under way with a friend, and here that is more than the ten that Node takes for usual.
setMaxListeners(1_000);

await sodiumReady();
const folder = await mkdtemp(join(tmpdir(), 'n25-bench-'));
const built = buildHost();
const network = await startTorNetwork({ clients: 3 });
const open: PersonOnTor[] = [];
try {
  await measure(built, network.clients);
} finally {
  await Promise.allSettled(open.map((person) => person.close()));
  await network.stop();
  built.remove();
  await rm(folder, { recursive: true, force: true });
}

async function measure(host: BuiltHost, clients: readonly TorClient[]): Promise<void> {
  const enter = async (name: string, client: TorClient | undefined): Promise<PersonOnTor> => {
    if (!client) throw new TypeError('a person needs a Tor');
    const person = await PersonOnTor.start(name, { built: host, folder, client });
    open.push(person);
    return person;
  };
  const [alice, bob] = await Promise.all([enter('Alice', clients[0]), enter('Bob', clients[1])]);
  title('Over onion services (private Tor network on loopback)');
  const { ms } = await timed(() => befriend(alice, bob));
  line('from "Add friend" to both connected and up to date', inMilliseconds(ms));
  await messages(alice, bob);
  await posts(alice, bob);
  await catchUp(alice, await enter('Carol', clients[2]));
}

async function messages(alice: PersonOnTor, bob: PersonOnTor): Promise<void> {
  const whole: number[] = [];
  const bare: number[] = [];
  const stages = { before: [] as number[], request: [] as number[], after: [] as number[] };
  let requests = 0;
  for (let round = -warmUp; round < rounds; round += 1) {
    alice.tor.take(bob.address);
    const began = performance.now();
    const seen = bob.until('Bob sees the message', () => hears(bob, alice, `${round} ${text}`));
    await alice.person.sendMessage(bob.address, `${round} ${text}`);
    await seen;
    const shown = performance.now();
    await settled(alice, bob);
    const asked = alice.tor.take(bob.address).filter(({ what }) => !what.includes('_db_updates'));
    const push = asked[0];
    if (!push || push.ended === 0) throw new Error('the message was not pushed');
    const post = await barePost(alice, bob, push.sent);
    if (round < 0) continue;
    requests += asked.length;
    whole.push(shown - began);
    bare.push(post);
    stages.before.push(push.began - began);
    stages.request.push(push.ended - push.began);
    stages.after.push(shown - push.ended);
  }
  title('A message of 200 characters, both connected');
  line('typed here → shown there', spread(whole));
  line('bare POST of the same size, same circuit, answered 405', spread(bare));
  line('ratio of the medians (target 1.5)', (median(whole) / median(bare)).toFixed(2));
  line(
    'median of the ratios of each pair',
    median(whole.map((ms, at) => ms / (bare[at] ?? ms))).toFixed(2),
  );
  line('requests for one message', (requests / rounds).toFixed(2));
  line('  sealed, journalled and stored here before it is sent', spread(stages.before));
  line('  the request, with the friend’s disk write', spread(stages.request));
  line('  shown there after (before, if negative) the answer came here', spread(stages.after));
}

function hears(who: PersonOnTor, from: PersonOnTor, wanted: string): boolean {
  return who.person.talk.view(from.address).messages.at(-1)?.text === wanted;
}

/** Until the sender knows that it arrived, and what that set off has calmed down. */
async function settled(alice: PersonOnTor, bob: PersonOnTor): Promise<void> {
  await alice.until('Alice knows', () =>
    alice.person.talk
      .view(bob.address)
      .messages.every(({ mine, delivery }) => !mine || delivery === 'on-their-machine'),
  );
  await new Promise((resolve) => setTimeout(resolve, 150));
}

/** To a route that is not there for POST: Tor, HTTP and nothing else. */
async function barePost(alice: PersonOnTor, bob: PersonOnTor, bytes: number): Promise<number> {
  const { ms } = await timed(async () => {
    const response = await alice.tor.fetch(`http://${bob.address}:25984/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: `"${'x'.repeat(bytes - 2)}"`,
    });
    await response.text();
    if (response.status !== 405) throw new Error(`answered ${response.status}`);
  });
  alice.tor.take(bob.address);
  return ms;
}

async function posts(alice: PersonOnTor, bob: PersonOnTor): Promise<void> {
  const whole: number[] = [];
  let requests = 0;
  for (let round = -5; round < Math.ceil(rounds / 2); round += 1) {
    alice.tor.take(bob.address);
    const unread = bob.person.feed.unread();
    const began = performance.now();
    const seen = bob.until('Bob sees the post', () => bob.person.feed.unread() > unread);
    await alice.person.posting.write(`${round} ${text.repeat(3)}`);
    await seen;
    if (round >= 0) whole.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const asked = alice.tor.take(bob.address).filter(({ what }) => !what.includes('_db_updates'));
    if (round >= 0) requests += asked.length;
  }
  title('A post of 600 characters, both connected');
  line('written here → in the friend’s feed', spread(whole));
  line('requests for one post and friend', (requests / whole.length).toFixed(2));
}

async function catchUp(alice: PersonOnTor, carol: PersonOnTor): Promise<void> {
  const { posts: sofar } = await alice.person.feed.page({ limit: 1 });
  if (sofar.length === 0) throw new Error('Alice has no feed');
  const already = carol.person.feed.unread();
  title(`${catchUpPosts.toLocaleString('en')} posts of 600 characters to a new friend`);
  const written = await timed(async () => {
    for (let at = 0; at < catchUpPosts; at += 1)
      await alice.person.posting.write(`${at} ${text.repeat(3)}`);
  });
  line('writing them, one after the other', `${inMilliseconds(written.ms / catchUpPosts)} a post`);
  // A feed is pushed to the friends there are; wait until that is over.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await carol.person.friendships.preview(alice.address);
  await carol.person.friendships.add(alice.address, 'Alice', '');
  await alice.until('Alice is asked', () => alice.person.friendships.requests().length > 0);
  carol.tor.take(alice.address);
  const accepted = performance.now();
  await alice.person.friendships.accept(carol.address, 'Carol');
  await carol.until('Carol has been accepted', () =>
    carol.person.book.all().some(({ record }) => record.state === 'friend'),
  );
  const friends = performance.now();
  const enough = already + catchUpPosts;
  await carol.until('Carol has the posts', () => carol.person.feed.unread() >= enough);
  const done = performance.now();
  const asked = carol.tor.take(alice.address);
  line('"Accept" → the new friend knows', inMilliseconds(friends - accepted));
  line('knows → all in the feed (target under 5 s)', inMilliseconds(done - friends));
  line('requests meanwhile, all spaces', String(asked.length));
  for (const { what, received, began, ended } of asked) {
    const shortened = what.replace(/s[a-z2-7]{52}/u, 'SPACE');
    const took = ended === 0 ? 'open' : inMilliseconds(ended - began);
    line(`  ${inMilliseconds(began - friends)} ${shortened}`, `${received} bytes, ${took}`);
  }
}
