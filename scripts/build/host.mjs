import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { MissingInput, need } from './inputs.mjs';

const require = createRequire(import.meta.url);

/** CommonJS packages inside an ES module still ask for `require`, and leveldown for its own folder. */
const banner = `
import { createRequire as network25CreateRequire } from 'node:module';
const require = network25CreateRequire(import.meta.url);
const network25Leveldown = import.meta.dirname + '/leveldown';
`.trim();

/**
 * Builds `out/host`: main.js with everything in it, LevelDB's native part for this platform beside it,
 * and the launcher that browsers start. It runs without node_modules, wherever it is copied.
 */
export async function buildHost(root, out) {
  need(root, ['native-host/main.ts', 'package.json']);
  const directory = join(out, 'host');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: { main: 'native-host/main.ts' },
    outdir: directory,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'warning',
    banner: { js: banner },
    plugins: [leveldownBesideMain()],
  });
  copyLeveldown(join(directory, 'leveldown'));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const identity = { name: 'network25-host', version, private: true, type: 'module' };
  writeFileSync(join(directory, 'package.json'), `${JSON.stringify(identity, undefined, 2)}\n`);
  const launcher = join(directory, 'network25-host');
  writeFileSync(launcher, await launcherText(root));
  chmodSync(launcher, 0o755);
}

/** leveldown looks for its native part beside its own package.json; in a bundle that is beside main.js. */
function leveldownBesideMain() {
  return {
    name: 'leveldown-beside-main',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]leveldown[\\/]binding\.js$/ }, () => ({
        contents: "module.exports = require('node-gyp-build')(network25Leveldown);",
        loader: 'js',
      }));
    },
  };
}

function copyLeveldown(target) {
  const source = join(require.resolve('leveldown/package.json'), '..');
  const platform = `${process.platform}-${process.arch}`;
  // A prebuilt folder may serve two architectures: darwin-x64+arm64.
  const prebuilt = require('node-gyp-build').path(source);
  if (!existsSync(prebuilt)) throw new MissingInput(`leveldown has no native part for ${platform}`);
  const folder = join(prebuilt, '..');
  cpSync(folder, join(target, folder.slice(source.length)), { recursive: true });
  cpSync(join(source, 'LICENSE'), join(target, 'LICENSE'));
}

/** The launcher's text lives with the host, which writes it anew at every install. */
async function launcherText(root) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['native-host/install/launcher.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    logLevel: 'warning',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  const { launcherScript } = await import(`data:text/javascript;base64,${code}`);
  return launcherScript(process.execPath);
}
