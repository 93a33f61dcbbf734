import { localArea, sessionArea } from '../home.ts';
import type { PanicPorts } from './panic.ts';

/** This browser's own places. */
export const panicPorts: PanicPorts = {
  local: localArea,
  memory: sessionArea,
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  databases: async () => {
    // Refused altogether in permanent private browsing: then there are none.
    const found = await indexedDB.databases().catch(() => []);
    return found.flatMap(({ name }) => (name === undefined ? [] : [name]));
  },
  deleteDatabase: (name) =>
    new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name);
      request.addEventListener('success', () => resolve());
      // One that is open somewhere goes when that is closed; nobody waits for it.
      for (const event of ['error', 'blocked']) {
        request.addEventListener(event, () => reject(new TypeError('a database stays')));
      }
    }),
};
