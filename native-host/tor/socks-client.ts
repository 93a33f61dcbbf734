import { connect, type Socket } from 'node:net';
import { concat, utf8 } from '../../src/domain/bytes.ts';

/** Why a SOCKS connection did not come about: SOCKS5's own replies, and Tor's for onions (ExtendedErrors). */
const replies = {
  0x01: 'general-failure',
  0x02: 'not-allowed',
  0x03: 'network-unreachable',
  0x04: 'host-unreachable',
  0x05: 'connection-refused',
  0x06: 'ttl-expired',
  0x07: 'command-not-supported',
  0x08: 'address-type-not-supported',
  0xf0: 'onion-descriptor-not-found',
  0xf1: 'onion-descriptor-invalid',
  0xf2: 'onion-introduction-failed',
  0xf3: 'onion-rendezvous-failed',
  0xf4: 'onion-client-key-missing',
  0xf5: 'onion-client-key-wrong',
  0xf6: 'onion-address-invalid',
  0xf7: 'onion-introduction-timeout',
} as const;

export type SocksReason = (typeof replies)[keyof typeof replies] | 'not-socks' | 'timeout' | 'lost';

export class SocksError extends Error {
  readonly reason: SocksReason;

  constructor(reason: SocksReason) {
    super(`SOCKS: ${reason}`);
    this.name = 'SocksError';
    this.reason = reason;
  }
}

export interface SocksTarget {
  readonly host: string;
  readonly port: number;
}

export interface SocksOptions {
  /** Streams with different user names or passwords never share a circuit. */
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly milliseconds?: number;
}

/** CONNECT, and Tor's own command that resolves a name without a connection. */
const commands = { connect: 0x01, resolve: 0xf0 } as const;

/**
 * Opens a TCP connection to `target` through the SOCKS5 server at `server`; the name is resolved
 * there. The socket comes back paused, nothing read. Rejects with SocksError, `lost` for whatever the
 * network did.
 */
export async function socksConnect(
  server: SocksTarget,
  target: SocksTarget,
  options: SocksOptions = {},
): Promise<Socket> {
  const { socket } = await talk(server, 'connect', target, options);
  return socket;
}

/** Tor's RESOLVE: the address behind a name. Rejects as `socksConnect` does. */
export async function socksResolve(
  server: SocksTarget,
  name: string,
  options: SocksOptions = {},
): Promise<string> {
  const { socket, bound } = await talk(server, 'resolve', { host: name, port: 0 }, options);
  socket.destroy();
  return bound;
}

async function talk(
  server: SocksTarget,
  command: keyof typeof commands,
  target: SocksTarget,
  { credentials, milliseconds = 60_000 }: SocksOptions,
): Promise<{ socket: Socket; bound: string }> {
  const socket = connect({ host: server.host, port: server.port });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    socket.destroy();
  }, milliseconds);
  // What the network does shows as an end of the stream in `read`.
  socket.on('error', () => undefined);
  try {
    const method = credentials === undefined ? 0x00 : 0x02;
    socket.write(Uint8Array.of(0x05, 1, method));
    const [version, chosen] = await read(socket, 2);
    if (version !== 0x05 || chosen !== method) throw new SocksError('not-socks');
    if (credentials !== undefined) await logIn(socket, credentials);
    socket.write(
      concat(
        Uint8Array.of(0x05, commands[command], 0x00, 0x03),
        counted(target.host),
        Uint8Array.of(target.port >> 8, target.port & 0xff),
      ),
    );
    return { socket, bound: await answer(socket) };
  } catch (error) {
    socket.destroy();
    throw late ? new SocksError('timeout') : error;
  } finally {
    clearTimeout(timer);
  }
}

async function logIn(
  socket: Socket,
  { username, password }: NonNullable<SocksOptions['credentials']>,
): Promise<void> {
  socket.write(concat(Uint8Array.of(0x01), counted(username), counted(password)));
  const [, status] = await read(socket, 2);
  if (status !== 0x00) throw new SocksError('not-allowed');
}

/** Reads the reply to a request and gives the address in it. */
async function answer(socket: Socket): Promise<string> {
  const [version, reply = 0xff, , type] = await read(socket, 4);
  if (version !== 0x05) throw new SocksError('not-socks');
  if (reply !== 0x00)
    throw new SocksError(replies[reply as keyof typeof replies] ?? 'general-failure');
  const length = { 1: 4, 3: (await lengthOf(socket, type)) ?? 0, 4: 16 }[type ?? 0];
  if (length === undefined) throw new SocksError('not-socks');
  const bound = await read(socket, length);
  await read(socket, 2);
  return type === 3 ? String.fromCharCode(...bound) : bound.join('.');
}

/** A name in a reply says its own length. */
async function lengthOf(socket: Socket, type: number | undefined): Promise<number | undefined> {
  return type === 3 ? (await read(socket, 1))[0] : undefined;
}

function counted(text: string): Uint8Array {
  const bytes = utf8(text);
  if (bytes.length === 0 || bytes.length > 255) throw new SocksError('not-allowed');
  return concat(Uint8Array.of(bytes.length), bytes);
}

/** Exactly `count` bytes; what follows stays in the stream for whoever gets the socket. */
function read(socket: Socket, count: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const attempt = () => {
      const bytes: unknown = socket.read(count);
      if (!(bytes instanceof Uint8Array) || bytes.length < count) {
        if (socket.readableEnded || socket.destroyed) fail();
        return;
      }
      leave();
      resolve(bytes);
    };
    const fail = () => {
      leave();
      reject(new SocksError('lost'));
    };
    const leave = () => {
      socket.off('readable', attempt);
      socket.off('end', fail);
      socket.off('close', fail);
    };
    socket.on('readable', attempt);
    socket.on('end', fail);
    socket.on('close', fail);
    attempt();
  });
}
