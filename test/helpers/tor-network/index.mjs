import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuthorityKeys } from './authority-keys.mjs';
import { clientCache, eventually, farVotingOffset, seed, voteNow } from './directory.mjs';
import { freePorts } from './ports.mjs';
import { spawnTor } from './processes.mjs';
import { authorityTorrc, bridgeTorrc, clientTorrc, joinLines, relayTorrc } from './torrc.mjs';

export { freePorts };

/**
 * A whole Tor network on loopback: one authority, some relays without exits, and as many clients as
 * asked for. Nothing leaves the machine. Types and contract: index.d.mts.
 *
 * How it gets up in seconds: the authority votes on command once it knows the relays, and clients
 * start with the directory already in their cache.
 *
 * @type {typeof import('./index.d.mts').startTorNetwork}
 */
export async function startTorNetwork({ clients = 2, relays = 4, tor = 'tor' } = {}) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOnce({ clients, relays, tor });
    } catch (error) {
      // Somebody else took one of our free ports before we did.
      if (tries === 3 || !String(error).includes('Address already in use')) throw error;
    }
  }
}

/**
 * @param {{clients: number, relays: number, tor: string}} options
 * @returns {Promise<import('./index.d.mts').TorNetwork>}
 */
async function startOnce({ clients, relays, tor }) {
  const folder = await mkdtemp(join(tmpdir(), 'n25-tor-'));
  /** @type {Set<import('./processes.mjs').TorProcess>} */
  const processes = new Set();
  const cleanUp = () => {
    for (const process of processes) process.killNow();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.on('exit', cleanUp);
  const stop = async () => {
    await Promise.all([...processes].map((running) => running.kill()));
    process.removeListener('exit', cleanUp);
    cleanUp();
  };

  /** @param {string} dataDirectory @param {string[]} torrc */
  const launch = async (dataDirectory, torrc) => {
    const running = spawnTor({ tor, dataDirectory, torrc });
    processes.add(running);
    await running.opened;
    return running;
  };

  try {
    const [dirPort = 0, authorityPort = 0, ...relayPorts] = await freePorts(2 + relays);
    const authorityFolder = join(folder, 'auth0');
    const authorityLine = await makeAuthorityKeys({
      tor,
      dataDirectory: authorityFolder,
      dirPort,
      orPort: authorityPort,
    });
    const shared = joinLines(authorityLine);
    const controlSocket = join(authorityFolder, 'control');
    await Promise.all([
      launch(
        authorityFolder,
        authorityTorrc({
          join: shared,
          orPort: authorityPort,
          dirPort,
          controlSocket,
          votingOffset: farVotingOffset(),
        }),
      ),
      ...relayPorts.map((orPort, index) =>
        launch(
          join(folder, `relay${index}`),
          relayTorrc({ join: shared, orPort, name: `relay${index}` }),
        ),
      ),
    ]);
    const consensus = await voteNow({ dirPort, controlSocket, routers: 1 + relays });
    const cache = await clientCache(dirPort, consensus);

    /** @type {import('./index.d.mts').TorNetwork['startClient']} */
    const startClient = async ({ name, lines = [], ...wanted }) => {
      const [freeSocks = 0, freeControl = 0] = await freePorts(2);
      const socksPort = wanted.socksPort ?? freeSocks;
      const controlPort = wanted.controlPort ?? freeControl;
      const dataDirectory = join(folder, name);
      await seed(dataDirectory, cache);
      const running = await launch(
        dataDirectory,
        clientTorrc({ join: shared, socksPort, controlPort, lines }),
      );
      return {
        name,
        pid: running.pid,
        socksPort,
        controlPort,
        dataDirectory,
        cookieFile: join(dataDirectory, 'control_auth_cookie'),
        ready: () => bootstrapped(name, running),
        kill: async () => {
          await running.kill();
          processes.delete(running);
        },
      };
    };

    /** @type {import('./index.d.mts').TorNetwork['startBridge']} */
    const startBridge = async ({ name, lines = [] }) => {
      const [orPort = 0] = await freePorts(1);
      const dataDirectory = join(folder, name);
      await seed(dataDirectory, cache);
      const running = await launch(
        dataDirectory,
        bridgeTorrc({ join: shared, orPort, name, lines }),
      );
      // Tor writes it before it opens its ports.
      const fingerprint = await readFile(join(dataDirectory, 'fingerprint'), 'utf8');
      return {
        orPort,
        fingerprint: fingerprint.trim().split(' ')[1] ?? '',
        ready: () => bootstrapped(name, running),
        kill: async () => {
          await running.kill();
          processes.delete(running);
        },
      };
    };

    const started = await Promise.all(
      Array.from({ length: clients }, (_, index) => startClient({ name: `client${index}` })),
    );
    await Promise.all(started.map((client) => client.ready()));
    return {
      folder,
      clients: started,
      torrcForOwnTor: `${shared.join('\n')}\n`,
      seedDirectory: (dataDirectory) => seed(dataDirectory, cache),
      startClient,
      startBridge,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {string} name @param {import('./processes.mjs').TorProcess} running
 * @returns {Promise<void>}
 */
const bootstrapped = async (name, running) => {
  await eventually(`the bootstrap of ${name}`, () =>
    Promise.resolve(running.log().includes('Bootstrapped 100%') ? true : null),
  );
};
