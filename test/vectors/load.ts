import { readFileSync } from 'node:fs';

/** One of the vector files here; each says in `source` where its numbers were published. */
export function loadVectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8'));
}
