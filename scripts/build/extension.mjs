import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { need } from './inputs.mjs';
import { takeOut } from './taken-out.mjs';
import { zip } from './zip.mjs';

/** Pages are a folder each: what the page is, its style, and the script that fills it. */
const pages = ['popup', 'options'];
const inputs = [
  'manifest.json',
  'src/_locales',
  'assets/icons',
  'src/background/main.ts',
  'src/background/safe/stretch-worker.ts',
  'src/background/backup/scrypt-worker.ts',
  'src/content/main.ts',
  ...pages.flatMap((page) => [
    `src/${page}/${page}.tsx`,
    `src/${page}/${page}.html`,
    `src/${page}/${page}.css`,
  ]),
];

const common = {
  bundle: true,
  platform: 'browser',
  target: 'firefox140',
  charset: 'utf8',
  legalComments: 'inline',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { global: 'globalThis', 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
  plugins: [takeOut()],
};

/** Modules of the background and the pages. PouchDB's memory adapter asks for a few things of Node; these are all it gets. */
export const moduleOptions = {
  ...common,
  format: 'esm',
  inject: [inBrowser('globals.mjs')],
  alias: {
    assert: inBrowser('assert.cjs'),
    stream: inBrowser('stream.cjs'),
    util: inBrowser('util.cjs'),
  },
};

function inBrowser(name) {
  return join(import.meta.dirname, 'browser', name);
}

/** Builds `out/extension` and packs it as `out/network25.xpi`. */
export async function buildExtension(root, out) {
  need(root, inputs);
  const directory = join(out, 'extension');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });

  await build({
    ...moduleOptions,
    absWorkingDir: root,
    entryPoints: {
      'background/main': 'src/background/main.ts',
      'background/stretch-worker': 'src/background/safe/stretch-worker.ts',
      'background/scrypt-worker': 'src/background/backup/scrypt-worker.ts',
      ...Object.fromEntries(pages.map((page) => [`${page}/${page}`, `src/${page}/${page}.tsx`])),
    },
    outdir: directory,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  });
  await build({
    ...common,
    absWorkingDir: root,
    entryPoints: pages.map((page) => ({ in: `src/${page}/${page}.css`, out: `${page}/${page}` })),
    outdir: directory,
  });
  // A content script is no module: one file, in a function of its own.
  await build({
    ...common,
    absWorkingDir: root,
    entryPoints: { 'content/content': 'src/content/main.ts' },
    outdir: directory,
    format: 'iife',
  });

  cpSync(join(root, 'manifest.json'), join(directory, 'manifest.json'));
  cpSync(join(root, 'src/_locales'), join(directory, '_locales'), { recursive: true });
  cpSync(join(root, 'assets/icons'), join(directory, 'icons'), { recursive: true });
  for (const page of pages) {
    cpSync(join(root, `src/${page}/${page}.html`), join(directory, page, `${page}.html`));
  }
  writeFileSync(join(out, 'network25.xpi'), zip(filesUnder(directory)));
}

function filesUnder(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(directory, path).split(sep).join('/'), readFileSync(path)]);
}
