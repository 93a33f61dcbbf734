// Builds dist/extension, dist/network25.xpi and dist/host.
//   node scripts/build.mjs [--only extension|host] [--out DIR]
// Plain Node >= 20.19; esbuild and this repository's own sources are all it uses. Nothing is minified, so
// that anyone can build again and compare.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildExtension } from './build/extension.mjs';
import { buildHost } from './build/host.mjs';
import { MissingInput } from './build/inputs.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const parts = { extension: buildExtension, host: buildHost };

try {
  const { values } = parseArgs({ options: { only: { type: 'string' }, out: { type: 'string' } } });
  if (values.only !== undefined && !Object.hasOwn(parts, values.only)) {
    throw new MissingInput(`--only takes ${Object.keys(parts).join(' or ')}`);
  }
  const out = resolve(values.out ?? join(root, 'dist'));
  for (const [name, build] of Object.entries(parts)) {
    if (values.only === undefined || values.only === name) await build(root, out);
  }
} catch (error) {
  // esbuild has printed its own errors, with the lines they are on.
  if (!(error instanceof Error && 'errors' in error)) {
    console.error(error instanceof MissingInput || isUsage(error) ? error.message : error);
  }
  process.exitCode = 1;
}

function isUsage(error) {
  return (
    error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  );
}
