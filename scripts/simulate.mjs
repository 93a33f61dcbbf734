// npm run simulate [-- --people N --seed N --plot FILE --compare]: what the scheduler does with thousands of people. Prints tables.
// Without options it also draws docs/images/simulation.svg anew. Plain Node >= 20.19 and esbuild.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './lib/root.mjs';
import { run } from './lib/run.mjs';

const words = process.argv.slice(2);
const options = words.length > 0 ? words : ['--plot', join(root, 'docs/images/simulation.svg')];
const folder = mkdtempSync(join(tmpdir(), 'network25-simulation-'));
try {
  const outfile = join(folder, 'simulation.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['simulation/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
  });
  // Schedules are values, replaced at each event: with little room for new objects many of them are taken for old ones.
  const room = '--max-semi-space-size=64';
  const { ok } = await run(process.execPath, [room, outfile, ...options], { show: true });
  if (!ok) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
