/**
 * Documents read for one piece of an answer: a few megabytes, if all are as large as anyone else's may be. Who
 * asks for thousands, or for one a thousand times, and reads slowly, has us hold so much and no more.
 */
export const documentsPerPiece = 64;

export function groupsOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

/**
 * A list inside an object in JSON, read group by group as it is sent. The first is there already: what goes
 * wrong with it can still be said.
 * @param head all before the first item
 */
export async function* listInPieces<T>(
  head: string,
  first: readonly unknown[],
  others: readonly T[][],
  read: (group: readonly T[]) => Promise<readonly unknown[]>,
): AsyncGenerator<string> {
  const text = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).join(',\n');
  yield `${head}\n${text(first)}`;
  for (const group of others) yield `,\n${text(await read(group))}`;
  yield '\n]}\n';
}
