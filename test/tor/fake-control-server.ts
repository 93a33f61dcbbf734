import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** What a fake control port says to one line; a function may write to the socket as it likes. */
export type Answer = string | ((line: string, socket: Socket) => void);

export interface FakeServer {
  readonly port: number;
  /** Every line that was received, on whatever connection. */
  readonly lines: string[];
  /** Says something unasked on every connection that is open. */
  readonly send: (text: string) => void;
  readonly close: () => Promise<void>;
}

/**
 * A control port that answers by script: the first entry of `script` whose key the line starts with.
 * The entry `''` under `connect` is sent unasked.
 */
export async function fakeControlServer(
  script: Record<string, Answer>,
  onConnect?: (socket: Socket) => void,
): Promise<FakeServer> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    onConnect?.(socket);
    let rest = '';
    socket.on('data', (chunk: Uint8Array) => {
      rest += Buffer.from(chunk).toString('latin1');
      const parts = rest.split('\r\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        lines.push(line);
        const answer = Object.entries(script).find(([start]) => line.startsWith(start))?.[1];
        if (typeof answer === 'function') answer(line, socket);
        else socket.write(answer ?? '510 Unrecognized command\r\n');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    lines,
    send: (text) => {
      for (const socket of sockets) socket.write(text);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A PROTOCOLINFO answer as Tor gives it. */
export const protocolInfo = (methods: string, cookieFile?: string) =>
  [
    '250-PROTOCOLINFO 1',
    `250-AUTH METHODS=${methods}${cookieFile === undefined ? '' : ` COOKIEFILE="${cookieFile}"`}`,
    '250-VERSION Tor="0.4.9.11"',
    '250 OK',
    '',
  ].join('\r\n');
