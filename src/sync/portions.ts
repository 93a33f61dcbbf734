import type { StoredDocument } from '../store/ports.ts';

/** Characters that are asked for at once, about: what is lost, and asked for again, when a connection breaks. */
const portionSize = 4_194_304;
/** A whole piece of a file, as it is stored. */
const pieceSize = 88_000;
/** A sealed document that nothing is known of may be such a piece, too. */
const unknownSealed = 65_536;
const unknownSigned = 2_000;

/** Cuts what is to be fetched so that each portion is stored before the next: files go on where they stopped. */
export interface Portions {
  /** As many from the beginning as make one portion; at least one. */
  first<Row extends { readonly id: string }>(rows: readonly Row[]): Row[];
  /** How large these were tells how large the next of their kind will be, about. */
  weigh(documents: readonly StoredDocument[]): void;
}

export function createPortions(): Portions {
  /** By kind, of those that came last. */
  const sizes = new Map([
    ['f', pieceSize],
    ['e', unknownSealed],
  ]);
  return {
    first(rows) {
      let size = 0;
      const end = rows.findIndex(({ id }, index) => {
        size += sizes.get(id.charAt(0)) ?? unknownSigned;
        return index > 0 && size > portionSize;
      });
      return end < 0 ? [...rows] : rows.slice(0, end);
    },
    weigh(documents) {
      const sealed = documents.filter(({ _id }) => _id.startsWith('e'));
      if (sealed.length === 0) return;
      const all = sealed.reduce((sum, document) => sum + sizeOf(document), 0);
      sizes.set('e', Math.ceil(all / sealed.length));
    },
  };
}

function sizeOf(document: StoredDocument): number {
  let size = 100;
  for (const value of Object.values(document)) {
    if (typeof value === 'string') size += value.length;
  }
  return size;
}
