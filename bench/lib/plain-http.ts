import { request as httpRequest, type Agent } from 'node:http';
import { connect } from 'node:net';

export interface Asked {
  readonly port: number;
  readonly host: string;
  readonly agent: Agent;
  readonly path: string;
  readonly token?: string;
  readonly body?: string;
}

/** One request at that door, as whoever holds the token; the status of the answer, which is read and dropped. */
export function ask({ port, host, agent, path, token, body }: Asked): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      host: '127.0.0.1',
      port,
      agent,
      path,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        host,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => {
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0 }));
      answer.resume();
    });
    outgoing.end(body);
  });
}

/** A connection that says what is no HTTP; how it ended. */
export function noise(port: number): Promise<string> {
  return new Promise((resolve) => {
    let answered = 'unanswered';
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    socket.on('data', () => (answered = 'refused'));
    socket.on('close', () => resolve(answered));
    socket.write('\0\r\n\r\n');
  });
}
