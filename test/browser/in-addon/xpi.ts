import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { addonId } from '../../../src/protocol/native-messages.ts';
import { moduleOptions } from '../../../scripts/build/extension.mjs';
import { zip } from '../../../scripts/build/zip.mjs';

/**
 * The built add-on with one page more, in a dist folder of its own: what runs there runs under the
 * add-on's real origin, permissions and content security policy.
 */
export async function distWithAcceptancePage(dist: string, folder: string): Promise<string> {
  const out = join(folder, 'dist');
  const extension = join(out, 'extension');
  await mkdir(out, { recursive: true });
  await cp(join(dist, 'extension'), extension, { recursive: true });
  await symlink(join(dist, 'host'), join(out, 'host'));
  await build({
    ...moduleOptions,
    entryPoints: [join(import.meta.dirname, 'page.ts')],
    outfile: join(extension, 'acceptance', 'page.js'),
  });
  await writeFile(
    join(extension, 'acceptance', 'page.html'),
    '<!doctype html><meta charset="utf-8" /><script type="module" src="page.js"></script>',
  );
  const entries = await readdir(extension, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry): Promise<[string, Buffer]> => {
        const path = join(entry.parentPath, entry.name);
        return [relative(extension, path).split(sep).join('/'), await readFile(path)];
      }),
  );
  await writeFile(join(out, 'network25.xpi'), new Uint8Array(zip(files)));
  return out;
}

/** An add-on with Network25's name that has a script for the same pages, and does nothing at all. */
export async function distOfEmptyAddon(folder: string): Promise<string> {
  const out = join(folder, 'empty');
  await mkdir(out, { recursive: true });
  const manifest = {
    manifest_version: 3,
    name: 'Nothing',
    version: '1.0',
    browser_specific_settings: { gecko: { id: addonId } },
    host_permissions: ['http://*.onion/*'],
    content_scripts: [
      { matches: ['http://*.onion/*'], js: ['nothing.js'], run_at: 'document_end' },
    ],
  };
  const files: [string, Buffer][] = [
    ['manifest.json', Buffer.from(JSON.stringify(manifest))],
    ['nothing.js', Buffer.from('')],
  ];
  await writeFile(join(out, 'network25.xpi'), new Uint8Array(zip(files)));
  return out;
}
