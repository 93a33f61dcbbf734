import { get } from 'node:http';
import { connect } from 'node:net';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Both voting delays are 2 s and the interval is half an hour: see torrc.mjs. */
const votingInterval = 1800;

/** An offset that puts the authority's own next vote almost half an hour away. */
export const farVotingOffset = () => (Math.floor(Date.now() / 1000) - 10) % votingInterval;

/**
 * Fetches a path from the authority's directory port.
 * @param {number} port @param {string} path
 * @returns {Promise<string | null>} null while the authority has nothing to give there
 */
const fetchDirectory = (port, path) =>
  new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path, agent: false, timeout: 5_000 },
      (response) => {
        /** @type {Buffer[]} */
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', () => resolve(null));
        response.on('end', () =>
          resolve(response.statusCode === 200 ? Buffer.concat(chunks).toString('latin1') : null),
        );
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });

/** @param {number} ms @returns {Promise<void>} */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks again and again until there is an answer.
 * @template T
 * @param {string} what named in the error when time is up
 * @param {() => Promise<T | null>} ask
 * @param {number} [milliseconds]
 * @returns {Promise<T>}
 */
export async function eventually(what, ask, milliseconds = 60_000) {
  for (const end = Date.now() + milliseconds; Date.now() < end; await pause(50)) {
    const answer = await ask();
    if (answer !== null) return answer;
  }
  throw new Error(`private Tor network: ${what} took more than ${milliseconds / 1000} s`);
}

/**
 * One command on a control socket that asks for no password (it lies in a folder only we can enter).
 * @param {string} socket @param {string} command
 * @returns {Promise<void>}
 */
const control = (socket, command) =>
  new Promise((resolve, reject) => {
    const connection = connect(socket, () =>
      connection.end(`AUTHENTICATE\r\n${command}\r\nQUIT\r\n`),
    );
    let answer = '';
    connection.on('data', (chunk) => (answer += chunk.toString()));
    connection.on('error', reject);
    connection.on('close', () => {
      if (answer.startsWith('250 OK\r\n250 OK\r\n')) resolve();
      else reject(new Error(`private Tor network: ${command} was answered ${answer}`));
    });
  });

/**
 * Lets the authority vote as soon as it knows every relay, instead of at the next half hour.
 * @param {{dirPort: number, controlSocket: string, routers: number}} authority
 * @returns {Promise<string>} the consensus
 */
export async function voteNow({ dirPort, controlSocket, routers }) {
  await eventually('publishing the relays', async () => {
    const all = await fetchDirectory(dirPort, '/tor/server/all');
    return all !== null && all.split(/^router /m).length - 1 >= routers ? all : null;
  });
  const offset = (Math.ceil(Date.now() / 1000) + 1) % votingInterval;
  await control(controlSocket, `SETCONF TestingV3AuthVotingStartOffset=${offset}`);
  return eventually('voting', () => fetchDirectory(dirPort, consensusPath));
}

const consensusPath = '/tor/status-vote/current/consensus-microdesc';

/**
 * Everything a client would download at its first start, as the files it keeps it in.
 * @param {number} dirPort @param {string} consensus
 * @returns {Promise<Map<string, string>>} file name → content
 */
export async function clientCache(dirPort, consensus) {
  const digests = [...consensus.matchAll(/^m (\S+)/gm)].map((match) => match[1]);
  const [certificates, descriptors] = await Promise.all([
    eventually('the certificate', () => fetchDirectory(dirPort, '/tor/keys/authority')),
    eventually('the microdescriptors', () =>
      fetchDirectory(dirPort, `/tor/micro/d/${digests.join('-')}`),
    ),
  ]);
  const listed = new Date().toISOString().slice(0, 19).replace('T', ' ');
  return new Map([
    ['cached-certs', certificates],
    ['cached-microdesc-consensus', consensus],
    [
      'cached-microdescs.new',
      descriptors.replaceAll(/^onion-key$/gm, `@last-listed ${listed}\nonion-key`),
    ],
  ]);
}

/**
 * Puts a client's cache into a data directory that no tor uses yet.
 * @param {string} dataDirectory @param {Map<string, string>} cache
 */
export async function seed(dataDirectory, cache) {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  await Promise.all(
    [...cache].map(([name, content]) => writeFile(join(dataDirectory, name), content, 'latin1')),
  );
}
