import { checkNode } from './node-version.mjs';
import { installPackages } from './packages.mjs';
import { installSystemPackages } from './system-packages.mjs';

/** What tests and the demo need of the system: a private Tor network and a browser for each person. */
const forTests = ['tor', 'tor-gencert', 'firefox'];

/**
 * Everything that has to be there before a command runs: Node, the npm packages, and of the system what
 * is named. Quick when all is there, safe to repeat. Throws a Refusal with what the person can do.
 */
export async function setUp(systemThings = forTests) {
  checkNode();
  await installSystemPackages(systemThings);
  await installPackages();
}
