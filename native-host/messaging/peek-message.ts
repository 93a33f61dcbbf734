import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { FrameReader } from './framing.ts';

/**
 * The first message of a stream that nobody reads yet; `message` is undefined for a frame that is none. With
 * `keep` it is there for the next reader, too; with `take` only what follows it. Resolves with undefined when the stream ends before.
 */
export async function peekMessage(
  input: Readable,
  what: 'keep' | 'take',
): Promise<{ message: unknown } | undefined> {
  const reader = new FrameReader();
  const read: Uint8Array<ArrayBuffer>[] = [];
  const over = new AbortController();
  const ended = Promise.race(
    ['end', 'close', 'error'].map((event) => once(input, event, { signal: over.signal })),
  ).then(
    () => 'ended' as const,
    () => 'ended' as const,
  );
  try {
    for (;;) {
      const found: unknown = input.read(1);
      if (!Buffer.isBuffer(found)) {
        if (input.readableEnded || input.destroyed) return undefined;
        const more = once(input, 'readable', { signal: over.signal }).catch(() => undefined);
        if ((await Promise.race([more, ended])) === 'ended') return undefined;
        continue;
      }
      const byte = new Uint8Array(found);
      read.push(byte);
      const [first] = reader.push(byte);
      if (first === undefined) continue;
      if (what === 'keep') input.unshift(Buffer.concat(read));
      return { message: first.kind === 'message' ? first.value : undefined };
    }
  } finally {
    over.abort();
  }
}
