import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { socksConnect } from '../../../native-host/tor/socks-client.ts';
import { toBase64, toBase64Url } from '../../../src/domain/bytes.ts';
import { expandedKeyForTor, identityFromRoot } from '../../../src/domain/identity.ts';
import { randomBytes } from '../../../src/domain/sodium.ts';
import { blogSpace } from '../../../src/domain/space/charter.ts';
import type { TorStatus } from '../../../src/protocol/tor-status.ts';
import type { TorClient, TorNetwork } from '../../helpers/tor-network/index.mjs';
import { Client } from '../../host/endpoint-world.ts';
import {
  type BuiltHost,
  HostProcess,
  profile,
  quietEnvironment,
} from '../../host/native-host-process.ts';
import { isPublished, onlyControlPort } from '../../tor/real/managers.ts';
import { type Chance, report } from '../chance.ts';
import { Known } from '../known.ts';

/** A Tor that the host uses, and how to take it away. */
export interface MortalTor {
  readonly name: string;
  /** What the host is started with. */
  prepare(built: BuiltHost, network: TorNetwork, chance: Chance): Promise<Record<string, string>>;
  /** Resolves when it is gone for the host, and would be there again. */
  takeAway(network: TorNetwork): Promise<void>;
  end(): Promise<void>;
}

/** The host's own child, killed by its number. */
export function ownTor(): MortalTor {
  let pidFile = '';
  return {
    name: 'own tor killed',
    async prepare(built, network) {
      const folder = join(built.folder, 'data', 'profiles', profile);
      pidFile = join(network.folder, 'own.pid');
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, 'torrc'), `${network.torrcForOwnTor}PidFile "${pidFile}"\n`);
      return { NETWORK25_TOR: 'own' };
    },
    async takeAway() {
      process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
    },
    end: async () => {},
  };
}

/** Somebody else's tor, killed and started again. */
export function othersTor(): MortalTor {
  let tor: TorClient | undefined;
  return {
    name: 'another tor killed',
    async prepare(_, network) {
      tor = await network.startClient({ name: 'others' });
      await tor.ready();
      return onlyControlPort(tor.controlPort);
    },
    async takeAway(network) {
      if (!tor) return;
      const { name, socksPort, controlPort } = tor;
      await tor.kill();
      tor = await network.startClient({ name, socksPort, controlPort });
    },
    end: async () => tor?.kill(),
  };
}

/** A tor that lives, over a control connection that is cut somewhere in a reply, at every attempt a little later. */
export function cutControl(): MortalTor {
  let server: Server | undefined;
  let sockets: Socket[] = [];
  let cuts: number[] = [];
  let chance: Chance | undefined;
  return {
    name: 'control connection cut',
    async prepare(_, network, given) {
      chance = given;
      const port = network.clients[0]?.controlPort ?? 0;
      server = createServer((socket) => {
        const tor = connect(port, '127.0.0.1');
        sockets.push(socket, tor);
        let left = cuts.shift() ?? Number.POSITIVE_INFINITY;
        const cut = () => [socket, tor].forEach((each) => each.destroy());
        for (const each of [socket, tor]) {
          each.on('error', cut);
          each.on('close', cut);
        }
        socket.on('data', (bytes: Uint8Array<ArrayBuffer>) => tor.write(bytes));
        tor.on('data', (bytes: Uint8Array<ArrayBuffer>) => {
          const most = left;
          left -= bytes.length;
          socket.write(bytes.subarray(0, most), () => {
            if (left <= 0) cut();
          });
        });
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => server?.once('listening', resolve));
      return onlyControlPort((server.address() as AddressInfo).port);
    },
    async takeAway() {
      // The handshake is some hundred bytes; what follows, up to the descriptors' uploads, some thousand.
      cuts = Array.from({ length: 3 }, (_, nth) => 1 + (chance?.below(300 * (nth + 1)) ?? 0));
      for (const socket of sockets.splice(0)) socket.destroy();
    },
    async end() {
      for (const socket of sockets) socket.destroy();
      server?.close();
    },
  };
}

/**
 * Round after round Tor is taken away while the owner writes. Writing doesn't mind, the host publishes
 * the address again by itself, and a visitor finds there everything that was acknowledged.
 */
export async function losingTor(
  built: BuiltHost,
  network: TorNetwork,
  chance: Chance,
  rounds: number,
  tor: MortalTor,
): Promise<void> {
  const root = randomBytes(32);
  const { address, publicKey } = identityFromRoot(root);
  const space = blogSpace(publicKey, 'For everyone', randomBytes).name;
  const more = await tor.prepare(built, network, chance);
  const host = new HostProcess(
    built,
    quietEnvironment(built.folder, { PATH: process.env['PATH'] ?? '', ...more }),
  ).hello();
  try {
    await host.waitFor('hello');
    await host.fetch('PUT', `/${space}`);
    const known = new Known(space, chance);
    const list = {
      version: 1,
      spaces: [{ name: space, door: 'signed', readers: 'anyone' }],
      peers: [],
    };
    host.send({ type: 'access', list, key: toBase64Url(randomBytes(32)) });
    host.send({ type: 'publish', expandedKey: toBase64(expandedKeyForTor(root)), address });
    await published(host, 0);
    for (let round = 0; round < rounds; round += 1) {
      const from = host.received.length;
      await known.write(host);
      await tor.takeAway(network);
      while (!statuses(host, from).some((status) => !isPublished(status))) await pause(20);
      await known.write(host);
      await known.readOn(host);
      await published(host, from);
      await visit(network, address, space, known);
    }
    expect(await host.end()).toBe(0);
  } finally {
    host.child.kill('SIGKILL');
    await host.exited;
    await tor.end();
  }
  report(tor.name, chance, `${String(rounds)} times, published again each time`);
}

/** What the host said of Tor after so many messages. */
const statuses = ({ received }: HostProcess, from: number): TorStatus[] =>
  received
    .slice(from)
    .flatMap((message) => (message.type === 'tor-status' ? [message.status] : []));

async function published(host: HostProcess, from: number): Promise<void> {
  for (;;) {
    const last = statuses(host, from).at(-1);
    if (last && isPublished(last)) return;
    await pause(20);
  }
}

/** Over circuits of the visitor's own; a first dial may find an old descriptor. */
async function visit(
  network: TorNetwork,
  address: string,
  space: string,
  { acknowledged }: Known,
): Promise<void> {
  const port = network.clients[1]?.socksPort ?? 0;
  const dial = () =>
    socksConnect(
      { host: '127.0.0.1', port },
      { host: address, port: 25_984 },
      { milliseconds: 30_000 },
    );
  const client = new Client(25_984, `${address}:25984`, dial);
  for (;;) {
    const answer = await client.ask('GET', `/${space}/_all_docs`).catch(() => undefined);
    if (answer?.status === 200) {
      const { rows } = answer.json as { rows: { id: string }[] };
      const found = new Set(rows.map(({ id }) => id));
      expect([...acknowledged.keys()].filter((id) => !found.has(id))).toEqual([]);
      return;
    }
    await pause(200);
  }
}
