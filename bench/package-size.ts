import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { line, title } from './lib/figures.ts';

/** Sizes of what `npm run build` made, in bytes on disk as they are handed out. */

const target = 1_500_000;
const inKilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(0)} kB`;

function filesBelow(folder: string): { path: string; bytes: number }[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: statSync(path).size }))
    .toSorted((a, b) => b.bytes - a.bytes);
}

function biggest(folder: string, count: number): void {
  const files = filesBelow(folder);
  const sum = files.reduce((total, { bytes }) => total + bytes, 0);
  line(`${folder} (${files.length} files, unpacked)`, inKilobytes(sum));
  for (const { path, bytes } of files.slice(0, count)) line(`  ${path}`, inKilobytes(bytes));
}

title('Package size');
const { size } = statSync('dist/network25.xpi');
line(
  'dist/network25.xpi',
  `${inKilobytes(size)}, ${((100 * size) / target).toFixed(0)} % of the ${inKilobytes(target)} it may have`,
);
biggest('dist/extension', 6);
biggest('dist/host', 4);
