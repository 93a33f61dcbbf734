import { readFileSync } from 'node:fs';
import * as v from 'valibot';

const packageSchema = v.looseObject({ version: v.string() });

/** The version in package.json: beside main.js in a built host, one folder up in the sources. */
export function hostVersion(): string {
  for (const place of ['./package.json', '../package.json']) {
    try {
      const text = readFileSync(new URL(place, import.meta.url), 'utf8');
      return v.parse(packageSchema, JSON.parse(text)).version;
    } catch {
      // The other place is next.
    }
  }
  return 'unknown';
}
