/**
 * Documents read for one piece of an answer, as many as PouchDB asks for at once: a few megabytes, if all are as
 * large as anyone else's may be. Who asks for thousands, or for one a thousand times, and reads slowly, has us
 * hold so much and no more.
 */
export const documentsPerPiece = 100;

/** Where they turn out small, more of them: each piece costs a turn among all that wait. */
const mostPerPiece = 512;
const pieceCharacters = 1_048_576;

/**
 * A list inside an object in JSON, read bit by bit as it is sent. The first piece is there already: what goes
 * wrong with it can still be said.
 * @param head all before the first item
 * @param rest what the other items are read from
 */
export async function* listInPieces<T>(
  head: string,
  first: readonly unknown[],
  rest: readonly T[],
  read: (group: readonly T[]) => Promise<readonly unknown[]>,
): AsyncGenerator<string> {
  const textOf = (items: readonly unknown[]) =>
    items.map((item) => JSON.stringify(item)).join(',\n');
  let text = textOf(first);
  let size = sizeAfter(first.length, text.length);
  yield `${head}\n${text}`;
  for (let at = 0; at < rest.length;) {
    const group = rest.slice(at, at + size);
    text = textOf(await read(group));
    yield `,\n${text}`;
    at += group.length;
    size = sizeAfter(group.length, text.length);
  }
  yield '\n]}\n';
}

const sizeAfter = (items: number, characters: number): number =>
  Math.min(
    mostPerPiece,
    Math.max(documentsPerPiece, Math.floor((pieceCharacters * items) / characters)),
  );
