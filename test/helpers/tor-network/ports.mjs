import { createServer } from 'node:net';

/**
 * Ports below the kernel's ephemeral range: a port that is free now can't be taken a moment later by
 * somebody's outgoing connection.
 */
const lowest = 11_000;
const highest = 31_000;

/** @param {number} port @returns {Promise<boolean>} */
const isFree = (port) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/**
 * `count` different ports that are free on 127.0.0.1 right now.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
  /** @type {Set<number>} */
  const found = new Set();
  for (let tries = 0; found.size < count && tries < 2_000; tries += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  if (found.size < count) throw new Error(`no ${count} free ports on loopback`);
  return [...found];
}
