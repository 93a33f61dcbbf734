import { once } from 'node:events';
import { connect } from 'node:net';

/** Bytes as they are, and all that comes back until the other end closes the connection. */
export async function raw(text: string, port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.setEncoding('utf8');
  let answer = '';
  socket.on('data', (piece) => (answer += String(piece)));
  socket.write(text);
  await once(socket, 'close', { signal: AbortSignal.timeout(20_000) });
  return answer;
}

/** A request as text; `Connection: close` unless these headers say something of it. */
export function requestText(
  line: string,
  headers: readonly (readonly [name: string, value: string])[],
  body = '',
): string {
  const length = body === '' ? [] : [['Content-Length', String(Buffer.byteLength(body))] as const];
  const said = headers.some(([name]) => name.toLowerCase() === 'connection');
  const all = [...headers, ...length, ...(said ? [] : [['Connection', 'close'] as const])];
  return `${line} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}
