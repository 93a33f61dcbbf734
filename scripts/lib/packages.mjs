import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './refusal.mjs';
import { root } from './root.mjs';
import { inSeconds, run } from './run.mjs';

/** Whether node_modules is missing or older than what package-lock.json asks for. npm writes its own copy last. */
export function packagesAreStale(folder) {
  const asked = modified(join(folder, 'package-lock.json')) ?? 0;
  const there = modified(join(folder, 'node_modules', '.package-lock.json'));
  return there === undefined || there < asked;
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

/** Words with which npm says that it can't reach the registry. */
const unreachable =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b/;

export function isOffline(output) {
  return unreachable.test(output);
}

/** Other people's servers that the host's tests replicate with. They are no part of what we build. */
const peersFolder = join(root, 'test', 'peers');

/**
 * `npm ci` when it is needed. No package's own scripts are run: what has native parts (LevelDB, esbuild)
 * brings them built.
 */
export async function installPackages() {
  await install(root, 'npm packages');
}

/** The same for `peersFolder`. */
export async function installPeers() {
  await install(peersFolder, 'The servers for tests', ['--omit=optional']);
}

/** Disk engines that `bench/host-engines.ts` measures. Those with parts to be compiled are left out where they aren't. */
export async function installEngines() {
  await install(join(root, 'bench', 'engines'), 'Disk engines to be measured');
}

async function install(folder, what, also = []) {
  if (!packagesAreStale(folder)) return;
  console.log(`Installing: ${what} …`);
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  // npm's own patience is many minutes when there is no network.
  const patience = ['--fetch-retries=1', '--fetch-timeout=60000'];
  const parameters = ['ci', '--prefix', folder, ...also, ...quietly, ...patience];
  const { ok, output, seconds } = await run('npm', parameters);
  if (ok) console.log(`${what} are installed (${inSeconds(seconds)}).`);
  else if (isOffline(output)) {
    throw new Refusal(
      "The npm registry can't be reached, so the packages Network25 is built and tested with can't be " +
        'installed. Connect to the Internet and run this again.',
    );
  } else throw new Refusal(`${output.trimEnd()}\n\nnpm ci failed.`);
}
