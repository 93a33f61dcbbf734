import type { ServerResponse } from 'node:http';
import type { Packed } from './packing.ts';
import type { Visit } from './visit.ts';
import { cut, joined, separate, type Piece, type Slices } from './slices.ts';

export interface SendOptions {
  readonly headOnly: boolean;
  /** A reader that takes nothing for so many milliseconds is cut. */
  readonly stalled: number;
  readonly visit: Visit;
}

/** Given to the system at once: more of an answer waits until the other end has read this. */
const sliceBytes = 65_536;

/**
 * Sends an answer at the pace at which it is read; what waits in between is a slice, or one piece. What is no
 * longer than a slice goes out together with its head. An answer that can't be completed ends with the
 * connection, so that nobody takes it for whole.
 */
export async function send(
  outgoing: ServerResponse,
  answer: Packed,
  options: SendOptions,
): Promise<void> {
  const { status, headers } = answer;
  if (options.headOnly) {
    outgoing.writeHead(status, headers);
    outgoing.end();
    return;
  }
  if (answer.live) {
    outgoing.writeHead(status, headers);
    // A feed may have nothing to say for a while; that it was taken should show at once.
    outgoing.flushHeaders();
  }
  await sendSlices(outgoing, answer, options);
}

async function sendSlices(
  outgoing: ServerResponse,
  answer: Packed,
  { stalled, visit }: SendOptions,
): Promise<void> {
  const slices = slicesOf(answer);
  try {
    for (;;) {
      const { done = false, value } = await slices.next();
      if (outgoing.destroyed || visit.isOver) {
        await slices.return('');
        return;
      }
      if (!outgoing.headersSent) outgoing.writeHead(answer.status, headOf(answer, done, value));
      if (done) {
        outgoing.end(value);
        if (outgoing.writableLength > 0) await drained(outgoing, stalled, visit.signal);
        return;
      }
      if (value.length > 0 && !outgoing.write(value))
        await drained(outgoing, stalled, visit.signal);
    }
  } catch {
    outgoing.destroy();
  }
}

function slicesOf({ body, live }: Packed): Slices {
  if (isWhole(body)) return cut(body, sliceBytes);
  return live ? separate(body) : joined(body, sliceBytes);
}

/** With the length, where that is known. */
function headOf({ status, headers, body }: Packed, done: boolean, first: Piece): Packed['headers'] {
  const whole = isWhole(body) ? body : done ? first : undefined;
  if (whole === undefined || status === 304) return headers;
  return { ...headers, 'content-length': String(Buffer.byteLength(whole)) };
}

const isWhole = (body: Packed['body']): body is Piece =>
  typeof body === 'string' || body instanceof Uint8Array;

/** Resolves when the other end has read, or is gone; cuts one that only pretends to read. */
function drained(outgoing: ServerResponse, stalled: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => outgoing.destroy(), stalled);
    const done = (): void => {
      clearTimeout(timer);
      for (const event of signs) outgoing.off(event, done);
      gone.removeEventListener('abort', done);
      resolve();
    };
    for (const event of signs) outgoing.once(event, done);
    gone.addEventListener('abort', done);
    if (gone.aborted) done();
  });
}

const signs = ['drain', 'finish', 'close'] as const;
