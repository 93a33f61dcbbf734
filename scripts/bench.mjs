// npm run bench [-- NAME…]: runs bench/NAME.ts; without a name lists what there is and runs the quick ones.
// Plain Node >= 20.19 and esbuild. Run `npm run build` first: some of them measure what it makes.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { installEngines, installPeers } from './lib/packages.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/run.mjs';

const benches = {
  'package-size': 'sizes of the built add-on and host',
  crypto: 'what seals, signatures and checks take; `-- crypto --firefox` in a real Firefox too',
  replication: "10,000 documents through our endpoint with PouchDB's replicator",
  'host-replication': '10,000 documents pushed and pulled, beside PouchDB Server and plain PouchDB',
  'host-door': 'signed documents through the onion door, with every check',
  'host-small': 'small requests one after the other, beside PouchDB Server',
  'host-scale': '100,000 documents, 300 idle databases, beside PouchDB Server',
  'host-engines': "disk engines with the host's workload",
  'host-flood': 'what one honest peer gets while 50 hostile ones flood the host',
  disk: 'bytes on disk for each post and message, public and private',
  'disk-forums': 'bytes on disk of a forum of 5, 50 and 500: founding, one member more, a week',
  'domain-crypto': 'ratchet, forum keys and handshake beside the bare primitives',
  'domain-membership': 'votes and decisions of large forums',
  'native-port': "the add-on's tunnel to a real host, beside the raw pipe and HTTP",
  'social-latency': 'a message, a post and a catch-up over a private Tor network (needs tor)',
  'social-popup': 'opening, pages and memory with 100,000 posts stored',
  'popup-in-firefox':
    "the popup's first post with 100,000 posts stored, in a real Firefox in private mode (needs tor)",
  panic:
    'erasing everything in a real Firefox: from the click to the point of no return (needs tor)',
  'social-search': 'the index of 100,000 posts: making, reading, searching, memory',
  'social-forum':
    'a forum of 3 browsers and 47 members in Node over a private Tor network (needs tor): a post, until it is everywhere',
  'safe-unlock': 'opening the safe beside bare Argon2id',
  'safe-restore': 'a backup of 100,000 posts, made and restored into real databases',
};
/** What else belongs to a family. */
const relatives = { safe: ['disk', 'panic'] };
const quick = ['package-size', 'crypto', 'replication', 'disk'];

/** PouchDB's browser build wants it before it is loaded, and imports come before all else in a bundle. */
const preload = ['--expose-gc', '--import', 'data:text/javascript,globalThis.self=globalThis'];

// The bundles lie elsewhere, and couldn't find it.
process.env.NETWORK25_DIST ??= join(root, 'dist');

const words = process.argv.slice(2);
/** `domain` is all of `domain-…`; `disk` is itself and all of `disk-…`. */
const asked = words
  .filter((word) => !word.startsWith('--'))
  .flatMap((word) => {
    const family = Object.keys(benches).filter(
      (name) =>
        name === word || name.startsWith(`${word}-`) || relatives[word]?.includes(name) === true,
    );
    return family.length > 0 ? family : [word];
  });
const options = words.filter((word) => word.startsWith('--'));
const strange = asked.filter((name) => !Object.hasOwn(benches, name));
if (strange.length > 0) console.error(`There is no ${strange.join(', ')}.`);
if (asked.length === 0 || strange.length > 0) {
  for (const [name, what] of Object.entries(benches)) console.log(`${name.padEnd(16)} ${what}`);
}
if (strange.length > 0) process.exitCode = 2;
else await runAll(asked.length > 0 ? asked : quick);

async function runAll(names) {
  // Below node_modules, so that packages are found from there.
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'network25-bench-'));
  try {
    await build({
      absWorkingDir: root,
      entryPoints: names.map((name) => `bench/${name}.ts`),
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: 'node20',
      format: 'esm',
      logLevel: 'warning',
    });
    if (names.some((name) => name.startsWith('host-'))) await installPeers();
    if (names.includes('host-engines')) await installEngines();
    for (const name of names) {
      const file = join(folder, `${name}.mjs`);
      const { ok } = await run(process.execPath, [...preload, file, ...options], { show: true });
      if (!ok) process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
