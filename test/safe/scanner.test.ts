import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asBytes } from '../../native-host/bytes.ts';
import { openStore } from '../../native-host/store/store.ts';
import { temporaryFolder } from '../host/endpoint-world.ts';
import { newDatabase } from '../host/store-helpers.ts';
import { findPlanted } from './planted/find-planted.ts';
import { formsOf } from './planted/forms.ts';
import { joined } from './planted/joined.ts';

const text = 'lantern-in-the-northern-harbour';
const other = 'barley-window-and-comet-apron';

let folder: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ folder, remove } = await temporaryFolder());
});

afterEach(() => remove());

const ways = async (...texts: string[]): Promise<string[]> =>
  (await findPlanted(folder, texts)).map(({ how }) => how).toSorted();

async function keep(bytes: Buffer | string, name = 'file'): Promise<void> {
  // Noise on both sides, so that no file is found by where in it the text stands. Now and then it makes
  // of the file something packed by chance, so that there is another way to the text, too.
  const noise = randomBytes(17);
  await writeFile(
    join(folder, name),
    asBytes(joined(noise, Buffer.from(bytes.toString('latin1'), 'latin1'), noise)),
  );
}

const swapped = Buffer.from(text, 'utf16le').swap16();

/** The hiding places in which bytes may be put by Node itself. */
const hidden: readonly (readonly [string, Buffer | string])[] = [
  ['UTF-8', text],
  ['UTF-16LE', Buffer.from(text, 'utf16le')],
  ['UTF-16BE', swapped],
  ['UTF-8 in hexadecimal', Buffer.from(text).toString('hex').toUpperCase()],
  ['UTF-8 in base64', btoa(text)],
  ['UTF-8 in base64', btoa(`x${text}x`)],
  ['UTF-8 in base64', Buffer.from(`xx${text}xx`).toString('base64url')],
  ['UTF-16LE in base64', Buffer.from(`${text}!`, 'utf16le').toString('base64url')],
  ['deflate, UTF-8', gzipSync(`${text}${'y'.repeat(99)}`)],
  ['deflate, UTF-16LE', deflateSync(asBytes(Buffer.from(`${text}${text}`, 'utf16le')))],
  ['deflate, deflate, UTF-8', gzipSync(asBytes(deflateSync(text, { level: 0 })), { level: 9 })],
  // Base64 of something packed: longer than a run that is looked into.
  [
    'base64, deflate, UTF-8',
    gzipSync(`${text}${randomBytes(99).toString('hex')}`).toString('base64'),
  ],
];

describe('A planted text is found', () => {
  test.each(hidden)('as %s', async (how, bytes) => {
    await keep(bytes);
    expect(await ways(text, other)).toContain(how);
  });

  test('in the names of files and folders', async () => {
    await mkdir(join(folder, `a ${text} b`));
    await writeFile(join(folder, 'folder of nothing'), '');
    await writeFile(join(folder, `a ${text} b`, Buffer.from(other).toString('hex')), '');
    const found = await findPlanted(folder, [text, other]);
    expect(found.map((one) => [one.text, one.how])).toEqual([
      [text, 'UTF-8'],
      [other, 'UTF-8 in hexadecimal'],
    ]);
    expect(found.every(({ file }) => file.startsWith('(name) '))).toBe(true);
  });
});

/**
 * Made by lz4 1.9.4 (a frame; its one block with Mozilla's head), by hand (Snappy) and by SQLite 3.40
 * (pages of 512 bytes), so that the texts stand nowhere in one piece: they are put together of pieces
 * that came before, or one page ends within them.
 */
const samples = {
  frame:
    'BCJNGGRApz4AAADwBG5vcnRoZXJuLWhhcmIsIGxhbnQOANxpbi10aGUtLCBvdXI6FgAJNABPb3VyLiEADS8sIGcACVBlLW91cgAAAABAA/bt',
  mozilla:
    'bW96THo0MACIAAAA8ARub3J0aGVybi1oYXJiLCBsYW50DgDcaW4tdGhlLSwgb3VyOhYACTQAT291ciEADS8sIGcACVBlLW91cg==',
  snappy: 'QIBub3J0aGVybi1oYXJiL2xhbnRlcm4taW4tdGhlLS9vdXI6EwAyMAAKHwA=',
  sqlite:
    'H4sIAAAAAAACA+2UvY5cRRCF751dyRISEYFDX8kJSAxr2RmRbbSZE4wTJ6Cqrurqgd0Z62qQtZmdkfIGvBGvxHduYgdIFhKhe/76p7rq1Dnnzk8/vjicc+mn9dbOy5NpN83z9HRZponpNF1OH8b8L+tPjd30XZu/VPD818T78/iP4+f53v2HD+f3F2fzmzz5r9nOv4Sd7aPp7oeX189eXS+vnj1/cb18dPD1IZbD8ZyV6/JmPdzaerf8lnffLjpc/Obk30ib3fx6mv/m6/P4/8Yftbuc/nyZ3UZY8z6iPCwqWzVvozWziNay882u9WLhnYlnz9HbGM20bcVnWAuP0TlRDKl6bz0VSrYk1IuiF1fzxRRP3x1P63nketwPW/3qxvAAi8Nxz+7+6vT7+v1X0+NH0xcPhPTSgrQFoNFBVN6qNwPoAEMfqTOvBiQf2b2b8GUSM7YZoDo3ANdaEE9sZVpwP4jhQ/sNFmp0gEenqSzlEfzeqjp0FIHssd96VcWgbDWKZ5mqtGE+Iq1BRsYwAnQ63PiBEpU3gx7q1OAVzGFKV9UH9zzSneJe5PLYeGuSI2CPWICrPsGdpC0Jj0z1hDbowiVU5NitwBFawlXAAFB7VqfpogRihRFHx2yCEVq910BgpUXNTgki2E0RhDG8kHIgqVijBzqyTZQO1OE0zJIGSWkqE+GcCDsaUZ7Wt46cilRjAQPyHvDc5aFEDHxi603e7d8ejnF6uzcZ4Bj7drrN897erKcjpSECF+JH8HCBN5qgKNshbpoOKeodWwMSdw4oheIAGyqPCNhTsFDLF2Dn3DM2OraFdXWDFk3EZcKvqmQw4e6gb3hFTRQofBdSI11epLlCieCfzaWsAFUQ4yZOqcZ1WHK5yeVcsahnRsWFRe4lKWRyTH4xJ+qcHiAOJp3G0FiXaV/WKlLiPCgeSFzqFqdSvSMqZASgNg3pjmxAb5s6eB9nm9pvMCIXSJGEChamMBKqLoqRE14gCWsUD6GU52LXA6g5kVtXHfPTNnxxXUaWQQFHOvyNN2FxqFLpGeKPZAwFilcoKS30gP8DuItj5AAIAAA=',
};
const sample = (name: keyof typeof samples): Buffer => Buffer.from(samples[name], 'base64');
const standsIn = (bytes: Buffer): boolean => bytes.includes(text) || bytes.includes(other);

test.each(['', 'a', 'ab', 'abc'])(
  'What is packed in base64 is found behind "%s"',
  async (before) => {
    const packed = gzipSync(`${text}${randomBytes(99).toString('hex')}`).toString('base64url');
    await writeFile(join(folder, 'file'), `"${before}${packed}"`);
    expect(await ways(text)).toContain('base64, deflate, UTF-8');
  },
);

describe('A text that stands nowhere in one piece is found', () => {
  test.each(['frame', 'mozilla'] as const)('in LZ4: %s', async (name) => {
    expect(standsIn(sample(name))).toBe(false);
    await keep(sample(name));
    expect(await ways(text)).toContain('LZ4, UTF-8');
  });

  test('in Snappy, also where the end was written over', async () => {
    const packed = sample('snappy');
    expect(standsIn(packed)).toBe(false);
    await writeFile(join(folder, 'file'), asBytes(joined(packed, Buffer.alloc(9, 0xff))));
    expect(await ways(text)).toEqual(['Snappy, UTF-8']);
  });

  test('in a stream of Snappy, anywhere in a file', async () => {
    const packed = sample('snappy');
    const head = Buffer.from('ff060000734e6150705900000000deadbeef', 'hex');
    head.writeUIntLE(packed.length + 4, 11, 3);
    await keep(joined(head, packed));
    expect(await ways(text)).toContain('Snappy, UTF-8');
  });

  test('in a SQLite file: packed in a column, or long and on several pages', async () => {
    const file = gunzipSync(asBytes(sample('sqlite')));
    expect(standsIn(file)).toBe(false);
    await writeFile(join(folder, 'file'), asBytes(file));
    expect(await findPlanted(folder, [text, other])).toEqual([
      { text, file: 'file', how: 'SQLite, UTF-8' },
      { text: other, file: 'file', how: 'SQLite, UTF-8' },
    ]);
  });

  test('in a database of the host: in its log, then in its tables', async () => {
    const store = await openStore(folder);
    try {
      const database = await newDatabase(store, 'unsealed');
      // Next to each other without a gap, so that the end of a block of the log stands within one.
      const numbers = Array.from({ length: 12_000 }, (_, nth) => `planted-${nth + 100_000}`);
      const body = `northern-harb/lantern-in-the-/our:${text}`;
      await database.write(
        [
          { _id: 'a', _rev: `1-${'a'.repeat(32)}`, text: numbers.join('') },
          { _id: `${other}-1`, _rev: `1-${'b'.repeat(32)}`, text: body },
          { _id: `${other}-2`, _rev: `1-${'c'.repeat(32)}`, text: body },
        ],
        false,
      );
      const whole = await bytesBelow(folder);
      const cut = numbers.filter((number) => !whole.includes(number));
      expect(cut.length).toBeGreaterThan(0);
      const inLog = await findPlanted(folder, [...cut, text, `${other}-2`]);
      for (const each of [...cut, text, `${other}-2`]) {
        expect(inLog).toContainEqual(
          expect.objectContaining({ text: each, how: 'LevelDB, UTF-8' }),
        );
      }
      await database.compact();
      expect((await bytesBelow(folder)).includes(text)).toBe(false);
      const inTables = await findPlanted(folder, [text, `${other}-2`]);
      for (const each of [text, `${other}-2`]) {
        expect(inTables).toContainEqual(
          expect.objectContaining({ text: each, how: 'LevelDB, UTF-8' }),
        );
      }
    } finally {
      await store.close();
    }
  });
});

test('What is sealed or similar is not taken for it', async () => {
  await keep(randomBytes(200_000));
  await keep(`${text.slice(1)} ${text.slice(0, -1)} ${text.toUpperCase()}`, 'similar');
  expect(await findPlanted(folder, [text, other])).toEqual([]);
});

test('Too short a text is refused: chance would find it', () => {
  expect(() => formsOf('seven77')).toThrow(RangeError);
});

async function bytesBelow(root: string): Promise<Buffer> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return joined(
    ...(await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name))))),
  );
}
