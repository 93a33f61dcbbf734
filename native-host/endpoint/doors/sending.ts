import type { ServerResponse } from 'node:http';
import { asBytes } from '../../bytes.ts';
import type { Packed } from './packing.ts';

export interface SendOptions {
  readonly headOnly: boolean;
  /** A reader that takes nothing for so many milliseconds is cut. */
  readonly stalled: number;
  /** Aborted when the other end is gone. */
  readonly gone: AbortSignal;
}

/** Given to the system at once: more of an answer waits until the other end has read this. */
const sliceBytes = 65_536;

/**
 * Sends an answer at the pace at which it is read; what waits in between is a slice, or one piece. An answer
 * that can't be completed ends with the connection, so that nobody takes it for whole.
 */
export async function send(
  outgoing: ServerResponse,
  { status, headers, body }: Packed,
  options: SendOptions,
): Promise<void> {
  if (options.headOnly) {
    outgoing.writeHead(status, headers);
    outgoing.end();
    return;
  }
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const whole = typeof body === 'string' ? asBytes(Buffer.from(body)) : body;
    const length = { 'content-length': String(whole.length) };
    outgoing.writeHead(status, { ...headers, ...(status === 304 ? {} : length) });
    await sendPieces(outgoing, slices(whole), options);
    return;
  }
  outgoing.writeHead(status, headers);
  // A feed may have nothing to say for a while; that it was taken should show at once.
  outgoing.flushHeaders();
  await sendPieces(outgoing, body, options);
}

function* slices(whole: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < whole.length; at += sliceBytes) yield whole.subarray(at, at + sliceBytes);
}

async function sendPieces(
  outgoing: ServerResponse,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<Uint8Array>,
  { stalled, gone }: SendOptions,
): Promise<void> {
  try {
    for await (const piece of pieces) {
      if (outgoing.destroyed || gone.aborted) return;
      if (piece.length > 0 && !outgoing.write(piece)) await drained(outgoing, stalled, gone);
    }
    outgoing.end();
  } catch {
    outgoing.destroy();
  }
}

/** Resolves when the other end has read, or is gone; cuts one that only pretends to read. */
function drained(outgoing: ServerResponse, stalled: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => outgoing.destroy(), stalled);
    const done = (): void => {
      clearTimeout(timer);
      outgoing.off('drain', done);
      outgoing.off('close', done);
      gone.removeEventListener('abort', done);
      resolve();
    };
    outgoing.once('drain', done);
    outgoing.once('close', done);
    gone.addEventListener('abort', done);
    if (gone.aborted) done();
  });
}
