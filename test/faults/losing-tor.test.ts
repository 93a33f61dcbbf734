import { afterAll, afterEach, beforeAll, test } from 'vitest';
import { startTorNetwork, type TorNetwork } from '../helpers/tor-network/index.mjs';
import { buildHost, type BuiltHost } from '../host/native-host-process.ts';
import { Chance, roundsOf } from './chance.ts';
import { emptyData } from './hosts.ts';
import { cutControl, losingTor, othersTor, ownTor } from './kinds/losing-tor.ts';

let built: BuiltHost;
let network: TorNetwork;
beforeAll(async () => {
  built = buildHost();
  network = await startTorNetwork({ clients: 2 });
});
afterEach(() => emptyData(built));
afterAll(async () => {
  await network?.stop();
  built.remove();
});

test.each([ownTor(), othersTor(), cutControl()])(
  '$name: the address is published again, and nothing acknowledged is missing there',
  (tor) => losingTor(built, network, new Chance(), roundsOf(3), tor),
);
