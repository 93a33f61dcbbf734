// node scripts/setup.mjs: installs what building, testing and the demo need. npm start and npm test do it by themselves.
import { command } from './lib/refusal.mjs';
import { installPeers } from './lib/packages.mjs';
import { setUp } from './lib/setup.mjs';

await command(async () => {
  await setUp();
  await installPeers();
  console.log('Everything is there.');
});
