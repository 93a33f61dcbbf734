import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Something the build needs is not there, or was asked for wrongly; the message says what. */
export class MissingInput extends Error {}

/** The path under root, or a MissingInput that names every one that is missing. */
export function need(root, paths) {
  const missing = paths.map((path) => join(root, path)).filter((path) => !existsSync(path));
  if (missing.length > 0) {
    const names = missing.map((path) => relative(root, path)).join(', ');
    throw new MissingInput(`The build needs what is not there: ${names}`);
  }
}
