import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { isLoopback } from './candidates.ts';
import { socksResolve, type SocksTarget } from './socks-client.ts';

/**
 * Is the SOCKS server at this loopback address a Tor? The answer decides whether a browser's own
 * requests to onions may be made at all, so everything but a clear yes is a no: a host that is no
 * loopback address, silence, another kind of proxy, half an answer. Never rejects.
 *
 * Two things only Tor does, both without any network: it answers an HTTP request on its SOCKS port
 * with a sentence of its own, and it has a RESOLVE command, which gives an address literal back.
 */
export async function isTorSocks({ host, port }: SocksTarget): Promise<boolean> {
  if (!isLoopback(host)) return false;
  const server = { host, port };
  const [speaksAsTor, resolves] = await Promise.all([answersHttpAsTor(server), echoes(server)]);
  return speaksAsTor && resolves;
}

/** A Tor on this machine answers in milliseconds. */
const probeWithin = 3_000;

/** A fresh address of the range for benchmarks (RFC 2544), so that no canned answer fits. */
async function echoes(server: SocksTarget): Promise<boolean> {
  const literal = `198.18.${randomInt(256)}.${randomInt(256)}`;
  try {
    return (await socksResolve(server, literal, { milliseconds: probeWithin })) === literal;
  } catch {
    return false;
  }
}

const torAnswers = 'HTTP/1.0 501 ';
const torSays = 'Tor is not an HTTP Proxy';

function answersHttpAsTor(server: SocksTarget): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: server.host, port: server.port }, () =>
      socket.write('GET / HTTP/1.0\r\n\r\n'),
    );
    let answer = '';
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer.startsWith(torAnswers) && answer.includes(torSays));
    };
    const timer = setTimeout(finish, probeWithin);
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      const goesOn = answer.startsWith(torAnswers.slice(0, answer.length)) && answer.length < 4_096;
      if (answer.includes(torSays) || !goesOn) finish();
    });
    socket.on('error', finish);
    socket.on('close', finish);
  });
}
