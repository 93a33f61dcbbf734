import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sodiumReady } from '../src/domain/sodium.ts';
import { startTorNetwork } from '../test/helpers/tor-network/index.mjs';
import { buildHost } from '../test/host/native-host-process.ts';
import { inMilliseconds, line, spread, timed, title } from './lib/figures.ts';
import { Crowd, nodesPerTor } from './lib/forum-crowd.ts';
import type { ForumMember } from './lib/forum-members.ts';

/**
 * A private forum over onion services: three people at real browsers and 47 whose whole application runs in Node, each
 * with a host process and an onion service of their own. How long until a post is with everybody, written by who
 * founded it and is a friend of all, and by a member who is a friend of the founder only; and a post of who is away
 * by the time that somebody comes who was not there. `npm run build` first.
 */

const browsers = Number(process.env['BROWSERS'] ?? 3);
const nodes = Number(process.env['NODES'] ?? 47);
const rounds = Number(process.env['ROUNDS'] ?? 5);
const text = 'x'.repeat(600);

setMaxListeners(1_000);
await sodiumReady();
const folder = await mkdtemp(join(tmpdir(), 'n25-bench-'));
const built = buildHost();
const network = await startTorNetwork({ clients: browsers + Math.ceil(nodes / nodesPerTor) });
const crowd = new Crowd({ browsers, nodes, folder, built, clients: network.clients });
try {
  await measure();
} finally {
  await crowd.leave();
  await network.stop();
  built.remove();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function measure(): Promise<void> {
  title(`A private forum of ${browsers} browsers and ${nodes} in Node, each with an onion service`);
  const { ms: gathering } = await timed(() => crowd.gather());
  line('until all have started and are friends of the founder', inMilliseconds(gathering));
  const began = performance.now();
  const came: number[] = [];
  await crowd.found(() => came.push(performance.now() - began));
  line('founded → a member can write', spread(came));
  tellState();

  const [ordinary, writer, late] = crowd.nodes;
  if (!ordinary || !writer || !late) throw new TypeError('it takes three in Node');
  await reached(crowd.founder, crowd.all, 'to begin with');
  await posts('the founder, at a browser', crowd.founder);
  await posts('a member in Node', ordinary);
  await requests(ordinary);

  await late.person.close();
  const there = crowd.all.filter((each) => each !== late);
  const arrivals = await reached(writer, there, 'from one who leaves');
  await writer.person.close();
  line('one is away, another writes → with all others', inMilliseconds(Math.max(...arrivals)));
  const back = performance.now();
  await crowd.comesBack(late);
  await late.reads('from one who leaves');
  line(
    'started again → has read it, the writer being away',
    inMilliseconds(performance.now() - back),
  );
  tellState();
}

/** How long after it was written each of the others had it. */
async function reached(
  writer: ForumMember,
  members: readonly ForumMember[],
  words: string,
): Promise<number[]> {
  const began = performance.now();
  const reading = members
    .filter((each) => each !== writer)
    .map(async (member) => {
      await member.reads(words);
      return performance.now() - began;
    });
  await writer.write(`${words} ${text}`);
  return Promise.all(reading);
}

async function posts(who: string, writer: ForumMember): Promise<void> {
  const times: number[] = [];
  const last: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // What the one before set off has calmed down.
    await pause(2_000);
    const arrivals = await reached(writer, crowd.all, `${who}, ${round}:`);
    times.push(...arrivals);
    last.push(Math.max(...arrivals));
  }
  line(`by ${who}: written → with another`, spread(times));
  line(`by ${who}: written → with the last`, spread(last));
}

/** What one post costs each of those in Node. */
async function requests(writer: ForumMember): Promise<void> {
  const fetches = crowd.nodes.map(({ person }) => person.tor);
  const polls = fetches.flatMap(({ asked }) =>
    asked.filter(({ what, ended }) => what.endsWith('/_db_updates') && ended === 0),
  );
  line('long-polls open at each in Node', (polls.length / fetches.length).toFixed(1));
  for (const { asked } of fetches) asked.length = 0;
  await reached(writer, crowd.all, 'counted');
  await pause(3_000);
  const counts = new Map<string, number>();
  for (const { what } of fetches.flatMap(({ asked }) => asked)) {
    const kind = what.replace(/\/s[a-z2-7]{52}/u, '');
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  for (const [kind, count] of counts) {
    line(`requests of each in Node for a post: ${kind}`, (count / fetches.length).toFixed(2));
  }
}

function tellState(): void {
  const memory = `${Math.round(process.memoryUsage().rss / 1_000_000)} MB`;
  line('memory of all in Node together, without their hosts', memory);
  line(
    'load of the machine',
    loadavg()
      .map((each) => each.toFixed(1))
      .join(' '),
  );
}
