import { afterAll, beforeAll } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { startTorNetwork, type TorNetwork } from '../helpers/tor-network/index.mjs';
import { authentication } from './real/authentication.ts';
import { bridges } from './real/bridges.ts';
import { losingTor } from './real/losing-tor.ts';
import { ownTor } from './real/own-tor.ts';
import { publishing } from './real/publishing.ts';
import { socks } from './real/socks.ts';

/** One private Tor network for everything that needs a real Tor: starting it is the costly part. */
let network: TorNetwork | undefined;
const running = () => {
  if (network === undefined) throw new Error('the network is not up');
  return network;
};

beforeAll(async () => {
  await sodiumReady();
  network = await startTorNetwork({ clients: 2 });
});
afterAll(() => network?.stop());

socks(running);
authentication(running);
publishing(running);
losingTor(running);
ownTor(running);
bridges(running);
