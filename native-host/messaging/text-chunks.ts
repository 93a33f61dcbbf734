import { limits } from '../../src/protocol/limits.ts';

/**
 * Text in pieces of at most `limits.tunnelChunkCharacters`, never cut between the two halves of a
 * surrogate pair. Six bytes a unit is the worst JSON escaping does, which keeps every frame under
 * `limits.nativeMessageBytes`. Empty text gives no piece.
 */
export function* textChunks(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    let end = Math.min(text.length, start + limits.tunnelChunkCharacters);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    yield text.slice(start, end);
    start = end;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
