import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isTorSocks } from '../../native-host/tor/socks-probe.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function server(onData: (chunk: Buffer, socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const listening = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => onData(chunk, socket));
  }).listen(0, '127.0.0.1');
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    listening.close();
  });
  await once(listening, 'listening');
  const address = listening.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const write = (socket: Socket, ...values: number[]) => socket.write(Uint8Array.from(values));
const probe = (port: number, host = '127.0.0.1') => isTorSocks({ host, port });
const torSays = 'HTTP/1.0 501 Tor is not an HTTP Proxy\r\n\r\n';

describe('a SOCKS server is not taken for a Tor', () => {
  it('when it is a SOCKS5 proxy of another kind (ssh -D and the like)', async () => {
    const port = await server((chunk, socket) => {
      if (chunk[0] !== 5) socket.destroy();
      else if (chunk.length === 3) write(socket, 5, 0);
      else write(socket, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0);
    });
    expect(await probe(port)).toBe(false);
  });

  it('when it says yes to everything', async () => {
    const port = await server((chunk, socket) => {
      if (chunk[0] !== 5) socket.end(torSays);
      else if (chunk.length === 3) write(socket, 5, 0);
      else write(socket, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0);
    });
    expect(await probe(port)).toBe(false);
  });

  it('when it resolves like Tor and does not speak like it, or the other way round', async () => {
    const resolves = await server((chunk, socket) => {
      if (chunk[0] !== 5) socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      else if (chunk.length === 3) write(socket, 5, 0);
      else {
        const literal = chunk.subarray(5, 5 + (chunk[4] ?? 0)).toString('latin1');
        write(socket, 5, 0, 0, 1, ...literal.split('.').map(Number), 0, 0);
      }
    });
    const speaks = await server((_, socket) => socket.end(torSays));
    expect(await probe(resolves)).toBe(false);
    expect(await probe(speaks)).toBe(false);
  });

  it('when it is a plain server: a web server, an echo, one that closes, nobody', async () => {
    const web = await server((_, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhello'));
    const echo = await server((chunk, socket) => socket.write(new Uint8Array(chunk)));
    const mute = await server((_, socket) => socket.destroy());
    const nobody = await server(() => undefined);
    closers.pop()?.();
    for (const port of [web, echo, mute, nobody]) expect(await probe(port)).toBe(false);
  });

  it('when it answers without end', async () => {
    const port = await server((_, socket) => socket.write('x'.repeat(100_000)));
    expect(await probe(port)).toBe(false);
  });

  it('when it is silent', async () => {
    expect(await probe(await server(() => undefined))).toBe(false);
  });

  it.each(['localhost', '10.0.0.1', 'example.com', '0.0.0.0', ''])(
    'when its host is "%s": nothing is sent there',
    async (host) => {
      expect(await probe(9050, host)).toBe(false);
    },
  );
});
