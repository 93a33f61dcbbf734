import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { createContext, runInContext } from 'node:vm';
import { build as esbuild } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crc32 } from '../../scripts/build/crc32.mjs';
import { moduleOptions } from '../../scripts/build/extension.mjs';
import { zip } from '../../scripts/build/zip.mjs';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'n25-build-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function build(...args: string[]) {
  return spawnSync(process.execPath, ['scripts/build.mjs', ...args], { encoding: 'utf8' });
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(directory, path)).isFile())
    .toSorted();
}

/** What any unzip reads: the directory at the end, and each file where it says. */
function unzip(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const files = new Map<string, Buffer>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const crc = bytes.readUInt32LE(at + 16);
    const packed = bytes.readUInt32LE(at + 20);
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const local = bytes.readUInt32LE(at + 42);
    expect(bytes.readUInt32LE(local)).toBe(0x04034b50);
    const start = local + 30 + bytes.readUInt16LE(local + 26);
    const content = inflateRawSync(new Uint8Array(bytes.subarray(start, start + packed)));
    expect(content.length).toBe(bytes.readUInt32LE(at + 24));
    expect(crc32(content)).toBe(crc);
    files.set(name, content);
    at += 46 + nameLength;
  }
  return files;
}

describe('zip', () => {
  const files: [string, Buffer][] = [
    ['z/last.txt', Buffer.from('last')],
    ['manifest.json', Buffer.from('{}')],
    ['größe.txt', Buffer.alloc(100_000, 7)],
    ['empty', Buffer.alloc(0)],
  ];

  test('unpacks to what went in, whatever the order and the day', () => {
    const packed = zip(files);
    expect([...unzip(packed)]).toEqual(files.toSorted(([a], [b]) => (a < b ? -1 : 1)));
    expect(zip(files.toReversed())).toEqual(packed);
  });

  test('is read by another program', () => {
    const path = join(folder, 'other.zip');
    writeFileSync(path, new Uint8Array(zip(files)));
    const script =
      'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), sorted(z.namelist()))';
    const python = spawnSync('python3', ['-c', script, path], { encoding: 'utf8' });
    if (python.error) return;
    expect(python.stdout.trim()).toBe("None ['empty', 'größe.txt', 'manifest.json', 'z/last.txt']");
  });

  test('its checksum is the known one', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });
});

describe('the build', () => {
  test('an option it does not know, or a part, is refused with a word', () => {
    expect(build('--only', 'everything')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('extension or host'),
    });
    expect(build('--watch')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--watch'),
    });
  });

  test('the host: one script, the launcher, the native part of this platform; the same each time', () => {
    const [first, second] = [join(folder, 'one'), join(folder, 'two')];
    for (const out of [first, second]) {
      expect(build('--only', 'host', '--out', out)).toMatchObject({ status: 0, stderr: '' });
    }
    const files = filesUnder(join(first, 'host'));
    expect(files).toEqual(
      expect.arrayContaining(['main.js', 'network25-host', 'package.json', 'leveldown/LICENSE']),
    );
    expect(files.filter((path) => path.endsWith('.node')).length).toBeGreaterThan(0);
    expect(filesUnder(join(second, 'host'))).toEqual(files);
    for (const path of files) {
      const same = readFileSync(join(first, 'host', path)).equals(
        readFileSync(join(second, 'host', path)),
      );
      expect(same, path).toBe(true);
    }
    expect(statSync(join(first, 'host', 'network25-host')).mode & 0o111).toBe(0o111);
    const said = execFileSync(join(first, 'host', 'network25-host'), ['--version'], {
      encoding: 'utf8',
      env: {},
    });
    expect(said).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('PouchDB’s memory adapter runs with what a browser has, and nothing of Node', async () => {
    const { outputFiles } = await esbuild({
      ...moduleOptions,
      stdin: {
        contents: `
          import PouchDB from 'pouchdb-core';
          import memory from 'pouchdb-adapter-memory';
          PouchDB.plugin(memory);
          globalThis.tried = (async () => {
            const db = new PouchDB('tried', { adapter: 'memory' });
            await db.bulkDocs(Array.from({ length: 50 }, (_, nth) => ({ _id: 'd' + nth })));
            return (await db.allDocs({ include_docs: true })).rows.length;
          })();
        `,
        resolveDir: process.cwd(),
      },
      write: false,
      format: 'iife',
    });
    const globals = {
      setTimeout,
      clearTimeout,
      queueMicrotask,
      TextEncoder,
      TextDecoder,
      URL,
      Headers,
      fetch,
      crypto,
      AbortController,
      atob,
      btoa,
    };
    const context = createContext({ ...globals, self: globals });
    runInContext(outputFiles?.[0]?.text ?? '', context);
    expect(await context['tried']).toBe(50);
  });

  test('the add-on: unpacked and packed alike, without eval, remote code or source maps', () => {
    const [first, second] = [join(folder, 'one'), join(folder, 'two')];
    for (const out of [first, second]) {
      expect(build('--only', 'extension', '--out', out)).toMatchObject({ status: 0, stderr: '' });
    }
    const directory = join(first, 'extension');
    const files = filesUnder(directory);
    expect(files).toEqual(
      expect.arrayContaining([
        'manifest.json',
        '_locales/en/messages.json',
        'background/main.js',
        'content/content.js',
        'options/options.css',
        'options/options.html',
        'options/options.js',
        'popup/popup.css',
        'popup/popup.html',
        'popup/popup.js',
      ]),
    );
    for (const path of files.filter((name) => name.endsWith('.js'))) {
      const text = readFileSync(join(directory, path), 'utf8');
      expect(text, path).not.toMatch(/\beval\(|new Function\(|importScripts\(|sourceMappingURL/);
      expect(text, path).not.toMatch(/\bFunction\.apply\(null|\.innerHTML\s*=[^=]/);
      expect(text, path).not.toMatch(/(from|import)\s*\(?\s*["']https?:/);
    }
    for (const path of files.filter((name) => name.endsWith('.html'))) {
      const text = readFileSync(join(directory, path), 'utf8');
      expect(text, path).not.toMatch(/(src|href)="(https?:)?\/\/|<script(?![^>]*\bsrc=)|\son\w+=/i);
    }
    const xpi = readFileSync(join(first, 'network25.xpi'));
    expect(readFileSync(join(second, 'network25.xpi')).equals(xpi)).toBe(true);
    const packed = unzip(xpi);
    expect([...packed.keys()].toSorted()).toEqual(files);
    for (const [name, content] of packed) {
      expect(readFileSync(join(directory, name)).equals(content), name).toBe(true);
    }
  });
});
