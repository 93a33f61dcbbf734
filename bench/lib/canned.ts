import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import type { Server } from './servers.ts';

/**
 * A server that does nothing: it has each answer ready, and is a process of its own like the others. What it
 * reaches is what this client lets any server reach.
 */
export async function startCanned(
  program: string,
  data: unknown,
  name = 'a server that does nothing',
): Promise<Server> {
  const child = fork(program, [role]);
  child.send({ data });
  const [port] = v.parse(v.tuple([v.number()]), (await once(child, 'message')).slice(0, 1));
  return {
    name,
    port,
    pid: child.pid ?? 0,
    folder: '',
    async close() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const role = 'canned';
/** Whether this process is one that `startCanned` started. */
export const isCanned = (): boolean => process.argv.includes(role) && process.send !== undefined;

export interface Reply {
  readonly status: number;
  readonly json: unknown;
}

/**
 * Be that server. An answer is made once, and from then on only sent.
 * @param before what is done with a body each time, if anything
 */
export async function serveCanned(
  replies: (data: unknown) => (method: string, path: string, body: string) => Reply,
  before?: (data: unknown) => Promise<((body: string) => Promise<void>) | undefined>,
): Promise<void> {
  const [said] = v.parse(v.tuple([v.object({ data: v.unknown() })]), [
    (await once(process, 'message'))[0],
  ]);
  const replyTo = replies(said.data);
  const first = await before?.(said.data);
  const ready = new Map<string, { status: number; body: Buffer }>();
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      if (first !== undefined && body !== '') await first(body);
      const { method = '', url = '' } = request;
      const key = `${method} ${url.replace(/^\/[^/?]*/, '')} ${isAlike(url) ? '' : body}`;
      let reply = ready.get(key);
      if (reply === undefined) {
        const { status, json } = replyTo(method, url, body);
        reply = { status, body: Buffer.from(JSON.stringify(json)) };
        ready.set(key, reply);
      }
      const { status } = reply;
      response.writeHead(status, {
        'content-type': 'application/json',
        'content-length': reply.body.length,
      });
      response.end(method === 'HEAD' ? undefined : reply.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.((server.address() as AddressInfo).port);
}

/** What is written is answered alike whatever it is; what is asked for is in the body. */
const isAlike = (path: string): boolean => !/\/_(revs_diff|bulk_get)/.test(path);
