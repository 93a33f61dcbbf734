import { expect, test } from 'vitest';
import {
  cut,
  joined,
  separate,
  type Piece,
  type Slices,
} from '../../native-host/endpoint/doors/slices.ts';

/** What goes out by itself, the last with the end of the answer. */
async function sent(slices: Slices): Promise<Piece[]> {
  const all: Piece[] = [];
  for (;;) {
    const { done, value } = await slices.next();
    all.push(value);
    if (done) return all;
  }
}

async function* pieces(...all: readonly Piece[]): AsyncGenerator<Piece> {
  yield* all;
}

test('what is small goes out at once, as it is', async () => {
  expect(await sent(cut('abc', 3))).toEqual(['abc']);
  expect(await sent(cut('', 3))).toEqual(['']);
  expect(await sent(joined(pieces('a', '', 'b'), 3))).toEqual(['ab']);
  expect(await sent(joined(pieces(), 3))).toEqual(['']);
});

test('what is large is cut, by its bytes', async () => {
  const slices = await sent(cut('abc€', 2));
  expect(slices.map(({ length }) => length)).toEqual([2, 2, 2]);
  const decoder = new TextDecoder();
  const texts = slices.map((slice) =>
    typeof slice === 'string' ? slice : decoder.decode(slice, { stream: true }),
  );
  expect(texts.join('')).toBe('abc€');
});

test('pieces are put together until they are worth a trip, whether text or bytes', async () => {
  expect(await sent(joined(pieces('a', 'b', 'cd', 'e'), 3))).toEqual(['abcd', 'e']);
  const bytes = [1, 2, 3].map((byte) => new Uint8Array([byte]));
  expect(await sent(joined(pieces(...bytes), 2))).toEqual([
    new Uint8Array([1, 2]),
    new Uint8Array([3]),
  ]);
});

test('what happens one after the other goes out so', async () => {
  expect(await sent(separate(pieces('a', 'b')))).toEqual(['a', 'b', '']);
});

test('whoever stops reading ends what the pieces are made of', async () => {
  let ended = false;
  async function* watched(): AsyncGenerator<Piece> {
    try {
      for (;;) yield 'abc';
    } finally {
      ended = true;
    }
  }
  const slices = joined(watched(), 3);
  await slices.next();
  await slices.return('');
  expect(ended).toBe(true);
});

test('pieces that fail don’t look whole', async () => {
  async function* failing(): AsyncGenerator<Piece> {
    yield 'a';
    throw new Error('lost');
  }
  await expect(sent(joined(failing(), 3))).rejects.toThrow('lost');
});
