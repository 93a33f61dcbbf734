import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of this repository. (`import.meta.dirname` would fail on the very Nodes we want to refuse in words.) */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
