import type { SessionArea } from './ports.ts';

/** About as long as what is written over, so that it fits where that lay. */
const fillers = 96;
const fillerBytes = 700;
const rounds = 2;

/**
 * What Firefox's storage lets go of stays in the free parts of its file's pages until something else comes to lie there
 * (measured: Firefox 140). So that much is written beside it, and taken away again; what an SSD or the
 * file system keeps of a file's past is out of reach.
 *
 * @param beside the name beside which, in the order of names, the old value lay
 */
export async function overwriteFreed(
  area: SessionArea,
  beside: string,
  random: (bytes: number) => Uint8Array,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const items = Array.from({ length: fillers }, (_, index) => {
      const text = Array.from(random(fillerBytes), (byte) => String.fromCharCode(33 + (byte % 90)));
      return [`${beside}-${index}`, text.join('')] as const;
    });
    await area.set(Object.fromEntries(items));
    await area.remove(items.map(([name]) => name));
  }
}
