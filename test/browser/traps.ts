import { createServer, type Server, type Socket } from 'node:net';

/** Something that listens where nothing of ours may ever arrive. */
export interface Trap {
  readonly port: number;
  /** In the order they came: see the maker. */
  readonly caught: string[];
  readonly close: () => Promise<void>;
}

/**
 * A SOCKS 5 server that is no Tor: refuses every connection and keeps the `host:port` it was asked for,
 * or the first bytes when it was not asked in SOCKS.
 */
export function startFakeSocks(port = 0): Promise<Trap> {
  return listen('127.0.0.1', port, (socket, caught) => {
    let step: 'greeting' | 'password' | 'request' = 'greeting';
    socket.on('data', (bytes) => {
      if (step === 'greeting') {
        if (bytes[0] !== 5) {
          caught.push(bytes.toString('latin1'));
          socket.end();
          return;
        }
        const named = bytes.subarray(2).includes(2);
        step = named ? 'password' : 'request';
        socket.write(new Uint8Array([5, named ? 2 : 0]));
      } else if (step === 'password') {
        step = 'request';
        socket.write(new Uint8Array([1, 0]));
      } else {
        const target = bytes[3] === 3 ? bytes.subarray(5, -2).toString('latin1') : 'an IP address';
        caught.push(`${target}:${bytes.readUInt16BE(bytes.length - 2)}`);
        socket.end(new Uint8Array([5, 1, 0, 1, 0, 0, 0, 0, 0, 0]));
      }
    });
  });
}

/** An HTTP server of this machine that answers everything; keeps the first line of each request. */
export function startFakeSite(host: string, port: number): Promise<Trap> {
  return listen(host, port, (socket, caught) => {
    socket.once('data', (bytes) => {
      caught.push(bytes.toString('latin1').split('\r\n')[0] ?? '');
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
    });
  });
}

async function listen(
  host: string,
  port: number,
  serve: (socket: Socket, caught: string[]) => void,
): Promise<Trap> {
  const caught: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serve(socket, caught);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return {
    port: bound.port,
    caught,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
