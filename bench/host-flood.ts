import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { createAccessControl } from '../native-host/endpoint/access/access.ts';
import { createEndpoint } from '../native-host/endpoint/endpoint.ts';
import { createDesk } from '../native-host/endpoint/handshake/desk.ts';
import { createOnionDoor } from '../native-host/endpoint/doors/server.ts';
import { openStore, type HostStore } from '../native-host/store/store.ts';
import { addressFromPublicKey } from '../src/domain/address.ts';
import { toBase64Url } from '../src/domain/bytes.ts';
import { tokenHash, tokenMilliseconds } from '../src/domain/peer-handshake/token.ts';
import { ed25519KeyPair, randomBytes, sodiumReady } from '../src/domain/sodium.ts';
import { spaceNameOf } from '../src/domain/space/name.ts';
import { replicationPort } from '../src/protocol/virtual-ports.ts';
import { line, spread, title } from './lib/figures.ts';
import { ask, noise } from './lib/plain-http.ts';

/**
 * What one honest peer gets from the host while 50 others flood it, beside what it gets alone: documents a
 * second pulled, and how long a small GET takes. Strangers ask and send what is no HTTP, beyond what they may.
 * Peers on the list send large batches of junk and ask for everything, as often as they may: they share
 * the host with the honest one, who asks for as much, so that its fair part is one of so many.
 * Host, honest peer and flood each have a thread, and share this machine's cores.
 */

const documents = 2_000;
const batch = 500;
const seconds = 8;
const hostile = 50;
/** Of the 50, in one run after the other. */
const hostilePeers = [0, 5, 25];

const placeSchema = v.object({
  role: v.picklist(['honest', 'flood']),
  port: v.number(),
  host: v.string(),
  space: v.string(),
  tokens: v.array(v.string()),
  strangers: v.number(),
});
type Place = v.InferOutput<typeof placeSchema>;
const honestSchema = v.object({ pulled: v.number(), gets: v.array(v.number()) });
const floodSchema = v.record(v.string(), v.number());

if (isMainThread) await compare();
else {
  const place = v.parse(placeSchema, workerData);
  const figures = place.role === 'honest' ? await beHonest(place) : await flood(place);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's parent has none
  parentPort?.postMessage(figures);
}

async function compare(): Promise<void> {
  await sodiumReady();
  const space = spaceNameOf(randomBytes(32));
  const peers = Array.from({ length: 1 + Math.max(...hostilePeers) }, (_, at) => ({
    publicKey: ed25519KeyPair(randomBytes(32)).publicKey,
    token: `token-${at}`,
  }));
  const host = await openHost(space, peers);
  try {
    const [honest = '', ...others] = peers.map(({ token }) => token);
    const at = { port: host.port, host: host.name, space };
    const ask = async () =>
      v.parse(
        honestSchema,
        await inThread({ ...at, role: 'honest', tokens: [honest], strangers: 0 }),
      );
    title(`One honest peer for ${seconds} s, alone and while ${hostile} flood the host`);
    const alone = await ask();
    line('documents a second, alone', (alone.pulled / seconds).toFixed(0));
    line('small GET, alone', spread(alone.gets));
    for (const peersAmong of hostilePeers) {
      const tokens = others.slice(0, peersAmong);
      const strangers = hostile - peersAmong;
      const flooding = inThread({ ...at, role: 'flood', tokens, strangers });
      const flooded = await ask();
      report(alone.pulled, flooded, strangers, v.parse(floodSchema, await flooding));
    }
  } finally {
    await host.close();
  }
}

interface Peer {
  readonly publicKey: Uint8Array;
  readonly token: string;
}

/** The onion door with one space that all these peers may read and write. */
async function openHost(space: string, peers: readonly Peer[]) {
  const folder = await mkdtemp(join(tmpdir(), 'n25-bench-'));
  const store = await openStore(folder);
  await fill(store, space);
  const access = createAccessControl();
  access.set({
    version: 1,
    spaces: [{ name: space, door: 'signed', readers: 'peers' }],
    peers: peers.map(({ publicKey }) => ({
      address: addressFromPublicKey(publicKey),
      device: toBase64Url(publicKey),
      read: [space],
      write: [space],
    })),
  });
  for (const { publicKey, token } of peers) {
    access.admit(publicKey, tokenHash(token), Date.now() + tokenMilliseconds);
  }
  const address = addressFromPublicKey(ed25519KeyPair(randomBytes(32)).publicKey);
  const endpoint = createEndpoint({ store, access });
  const desk = createDesk({ access, random: randomBytes });
  const door = createOnionDoor({ endpoint, access, desk, address: () => address });
  const place = await door.listen({ host: '127.0.0.1', port: 0 });
  return {
    name: `${address}:${replicationPort}`,
    port: 'port' in place ? place.port : 0,
    async close() {
      await door.close();
      endpoint.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function fill(store: HostStore, space: string): Promise<void> {
  await store.create(space);
  const text = 'x'.repeat(600);
  const all = Array.from({ length: documents }, (_, at) => ({ _id: `document-${at}`, text }));
  await store.database(space)?.write(all, true);
}

function report(
  alone: number,
  { pulled, gets }: v.InferOutput<typeof honestSchema>,
  strangers: number,
  answers: v.InferOutput<typeof floodSchema>,
): void {
  const ratio = (pulled / alone).toFixed(2);
  line(`while ${strangers} strangers and ${hostile - strangers} peers flood`, '');
  line('  documents a second', `${(pulled / seconds).toFixed(0)}, ${ratio} of that`);
  line('  small GET', spread(gets));
  const counts = Object.entries(answers).map(([what, times]) => `${what}: ${times}`);
  line('  what the flood was answered', counts.toSorted().join(', '));
}

function inThread(place: Place): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: place });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** Pulls everything, again and again, with a small GET between two requests. */
async function beHonest({ port, host, space, tokens }: Place) {
  const agent = new Agent({ keepAlive: true });
  const [token = ''] = tokens;
  const until = performance.now() + seconds * 1_000;
  const gets: number[] = [];
  let pulled = 0;
  const get = async (): Promise<void> => {
    const start = performance.now();
    await ask({ port, host, agent, token, path: `/${space}` });
    gets.push(performance.now() - start);
  };
  const ids = Array.from({ length: documents }, (_, at) => ({ id: `document-${at}` }));
  for (let from = 0; performance.now() < until; from = (from + batch) % documents) {
    const docs = ids.slice(from, from + batch);
    const path = `/${space}/_bulk_get?revs=true`;
    const { status } = await ask({
      port,
      host,
      agent,
      token,
      path,
      body: JSON.stringify({ docs }),
    });
    if (status === 200) pulled += docs.length;
    await get();
  }
  agent.destroy();
  return { pulled, gets };
}

async function flood({
  port,
  host,
  space,
  tokens,
  strangers,
}: Place): Promise<Record<string, number>> {
  const answers: Record<string, number> = {};
  const note = (what: string): void => {
    answers[what] = (answers[what] ?? 0) + 1;
  };
  // A little longer than the honest one asks.
  const until = performance.now() + (seconds + 1) * 1_000;
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const junk = { _id: 'x', _rev: '1-a', v: 1, d: 'x'.repeat(600) };
  const docs = Array.from({ length: 1_500 }, () => junk);
  const body = JSON.stringify({ new_edits: false, docs });
  const asPeer = async (token: string, at: number): Promise<void> => {
    const everything = `/${space}/_all_docs?include_docs=true`;
    const request = at % 2 === 0 ? { path: `/${space}/_bulk_docs`, body } : { path: everything };
    note(`peers ${(await ask({ port, host, agent, token, ...request })).status}`);
  };
  const asStranger = async (at: number): Promise<void> => {
    if (at % 2 === 0) note(`strangers ${(await ask({ port, host, agent, path: '/' })).status}`);
    else note(`noise ${await noise(port)}`);
  };
  const goOn = async (task: () => Promise<void>): Promise<void> => {
    while (performance.now() < until) await task().catch(() => note('cut'));
  };
  await Promise.all([
    ...tokens.map((token, at) => goOn(() => asPeer(token, at))),
    ...Array.from({ length: strangers }, (_, at) => goOn(() => asStranger(at))),
  ]);
  agent.destroy();
  return answers;
}
