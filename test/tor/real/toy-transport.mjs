import { connect, createServer } from 'node:net';
import { Transform } from 'node:stream';

/**
 * A pluggable transport, as a tor starts it for either end (pt-spec 1): it hides nothing, but what goes
 * through it is no Tor to whoever does not take it through the other end. It calls itself obfs4.
 */
const env = (/** @type {string} */ name) => process.env[name] ?? '';
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);
const transport = 'obfs4';

const turned = () =>
  new Transform({
    transform: (/** @type {Buffer} */ chunk, _, done) =>
      done(
        null,
        chunk.map((byte) => byte ^ 0x5a),
      ),
  });

/** @param {import('node:net').Socket} one @param {import('node:net').Socket} other */
const join = (one, other) => {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ]) {
    from?.on('error', () => to?.destroy());
    from?.on('close', () => to?.destroy());
  }
  one.pipe(turned()).pipe(other);
  other.pipe(turned()).pipe(one);
};

/**
 * @param {import('node:net').Socket} socket @param {number} bytes
 * @returns {Promise<Buffer>}
 */
const take = async (socket, bytes) => {
  for (;;) {
    const chunk = socket.read(bytes);
    if (chunk !== null) return chunk;
    await new Promise((resolve, reject) => {
      socket.once('readable', resolve);
      socket.once('close', reject);
      socket.once('error', reject);
    });
  }
};

/** Tor asks by SOCKS5 and gives a bridge's details as user name and password. @param {import('node:net').Socket} socket */
const serveSocks = async (socket) => {
  const [, methods = 0] = await take(socket, 2);
  const offered = await take(socket, methods);
  const method = offered.includes(2) ? 2 : 0;
  socket.write(Buffer.from([5, method]));
  if (method === 2) {
    const [, name = 0] = await take(socket, 2);
    await take(socket, name);
    const [secret = 0] = await take(socket, 1);
    await take(socket, secret);
    socket.write(Buffer.from([1, 0]));
  }
  const [, , , kind] = await take(socket, 4);
  if (kind !== 1) throw new Error('IPv4 only');
  const address = await take(socket, 6);
  const far = connect(address.readUInt16BE(4), [...address.subarray(0, 4)].join('.'), () => {
    socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
    join(socket, far);
  });
  far.once('error', () => socket.destroy());
};

const listen = (
  /** @type {(socket: import('node:net').Socket) => void} */ take,
  /** @type {number} */ port,
  /** @type {(port: number) => void} */ opened,
) => {
  const server = createServer(take);
  server.listen(port, '127.0.0.1', () => {
    const address = server.address();
    opened(typeof address === 'object' ? (address?.port ?? 0) : 0);
  });
};

process.stdin.on('end', () => process.exit(0)).resume();
say('VERSION 1');
if (env('TOR_PT_CLIENT_TRANSPORTS') !== '') {
  const serve = (/** @type {import('node:net').Socket} */ socket) =>
    void serveSocks(socket).catch(() => socket.destroy());
  listen(serve, 0, (port) => {
    say(`CMETHOD ${transport} socks5 127.0.0.1:${port}`);
    say('CMETHODS DONE');
  });
} else {
  const [orHost, orPort] = env('TOR_PT_ORPORT').split(':');
  const wanted = Number(env('TOR_PT_SERVER_BINDADDR').split(':').at(-1));
  const serve = (/** @type {import('node:net').Socket} */ socket) =>
    join(socket, connect(Number(orPort), orHost));
  listen(serve, wanted, (port) => {
    say(`SMETHOD ${transport} 127.0.0.1:${port}`);
    say('SMETHODS DONE');
  });
}
