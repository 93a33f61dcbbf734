import { asBytes } from '../../bytes.ts';

/** Text, or bytes, of an answer. */
export type Piece = string | Uint8Array;

/** An answer in parts that each go out by themselves: what it yields, and at the end what it returns. */
export type Slices = Generator<Piece, Piece> | AsyncGenerator<Piece, Piece>;

/** What is there already, in slices of so many bytes. */
export function* cut(whole: Piece, most: number): Generator<Piece, Piece> {
  if (whole.length <= most) return whole;
  const bytes = typeof whole === 'string' ? asBytes(Buffer.from(whole)) : whole;
  let at = 0;
  for (; bytes.length - at > most; at += most) yield bytes.subarray(at, at + most);
  return bytes.subarray(at);
}

/** What comes in pieces, small ones put together: each that goes out by itself wakes the other end. */
export async function* joined(
  pieces: AsyncIterable<Piece>,
  least: number,
): AsyncGenerator<Piece, Piece> {
  let waiting: Piece[] = [];
  let length = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length < least) continue;
    yield together(waiting);
    waiting = [];
    length = 0;
  }
  return together(waiting);
}

/** Each piece by itself, as soon as it is there. */
export async function* separate(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece, Piece> {
  yield* pieces;
  return '';
}

function together(pieces: readonly Piece[]): Piece {
  if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('');
  const parts = pieces.map((piece) =>
    typeof piece === 'string' ? asBytes(Buffer.from(piece)) : piece,
  );
  return asBytes(Buffer.concat(parts));
}
