import { limits } from '../../src/protocol/limits.ts';
import { textChunks } from './text-chunks.ts';

export interface BodyChunk {
  body: string;
  last: boolean;
}

/** How long a piece waits for the next one. Long enough to gather a page of documents, too short to notice. */
const quietAfter = 10;

/**
 * A body as chunks of at most `limits.tunnelChunkCharacters`, the last one marked; an empty body is one
 * empty chunk. Small pieces are gathered, but what a feed says goes out as soon as it falls quiet.
 */
export async function* bodyChunks(
  body: string | AsyncIterable<string>,
): AsyncGenerator<BodyChunk, void, void> {
  if (typeof body === 'string') {
    const chunks = body === '' ? [''] : [...textChunks(body)];
    for (const [at, chunk] of chunks.entries()) {
      yield { body: chunk, last: at === chunks.length - 1 };
    }
    return;
  }
  for await (const piece of gathered(body)) {
    for (const chunk of textChunks(piece)) yield { body: chunk, last: false };
  }
  yield { body: '', last: true };
}

/** Joins pieces until there is a chunk's worth or none has come for a moment. */
async function* gathered(pieces: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  const iterator = pieces[Symbol.asyncIterator]();
  try {
    let held = '';
    let next = iterator.next();
    for (;;) {
      const arrived = held === '' ? await next : await orQuiet(next);
      if (arrived?.done) break;
      if (arrived) {
        held += arrived.value;
        next = iterator.next();
        // Whoever takes the pieces may be gone before this one comes; its failure is then nobody's.
        next.catch(() => {});
      }
      if (!arrived || held.length >= limits.tunnelChunkCharacters) {
        yield held;
        held = '';
      }
    }
    if (held !== '') yield held;
  } finally {
    await iterator.return?.();
  }
}

function orQuiet<T>(next: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), quietAfter);
    next.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
