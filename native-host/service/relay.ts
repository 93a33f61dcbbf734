import { type EventEmitter, once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { existsSync } from 'node:fs';
import { connectToService, type ServiceConnection, socketIn } from './socket.ts';

/** How long a service that was just killed may take to be there again. */
const restartPatience = 2_000;
const restartEvery = 100;
/** A browser kills its hosts about three seconds after closing their input; we are gone before. */
const goodbyeMost = 1_500;

/** The service of this directory; one whose socket is there and silent is given a moment to start anew. */
export async function findService(directory: string): Promise<ServiceConnection | undefined> {
  const until = performance.now() + restartPatience;
  while (existsSync(socketIn(directory))) {
    const service = await connectToService(directory);
    if (service) return service;
    if (performance.now() >= until) return undefined;
    await pause(restartEvery);
  }
  return undefined;
}

/**
 * Passes everything on between a browser and a service, each at the other's pace, until one of them goes. The same
 * frames travel on both, so nothing is looked at. Resolves with who has gone.
 */
export async function relay(
  input: Readable,
  output: Writable,
  { socket }: ServiceConnection,
): Promise<'browser' | 'service'> {
  const over = new AbortController();
  const { signal } = over;
  const goneFrom = (stream: EventEmitter) =>
    Promise.race(
      ['end', 'close', 'error'].map((event) => once(stream, event, { signal }).catch(() => {})),
    );
  const browser = goneFrom(input).then(() => 'browser' as const);
  const service = goneFrom(socket).then(() => 'service' as const);
  input.pipe(socket);
  socket.pipe(output, { end: false });
  const gone = await Promise.race([browser, service]);
  // What the browser has sent before it went is still handed over.
  if (gone === 'browser') {
    socket.end();
    await Promise.race([once(socket, 'finish', { signal }).catch(() => {}), pause(goodbyeMost)]);
  }
  over.abort();
  return gone;
}
