/** Documents of whose bringer is remembered; each is some hundred bytes. */
const mostDocuments = 20_000;
/** Spaces of which it is remembered who brought something lately. */
const mostSpaces = 1_000;

/** By space: who brought anything since it was looked at last, and since the time before. */
interface Lately {
  readonly now: Set<string>;
  readonly before: ReadonlySet<string>;
}

/**
 * Who brought which document, since this start of the browser: what it amounts to shows only after it is
 * stored. Whoever brought it first counts, as honest people pass on what they were given.
 */
export class Bringers {
  /** `undefined` once it has been asked for. */
  readonly #byDocument = new Map<string, string | undefined>();
  readonly #lately = new Map<string, Lately>();

  note(by: string, space: string | undefined, documents: readonly string[]): void {
    for (const document of documents) {
      if (this.#byDocument.has(document)) continue;
      this.#byDocument.set(document, by);
      const [oldest] = this.#byDocument.keys();
      if (this.#byDocument.size > mostDocuments && oldest !== undefined) {
        this.#byDocument.delete(oldest);
      }
    }
    if (space === undefined || documents.length === 0) return;
    const known = this.#lately.get(space);
    if (known) known.now.add(by);
    else if (this.#lately.size < mostSpaces) {
      this.#lately.set(space, { now: new Set([by]), before: new Set() });
    }
  }

  /** Says it once for each document; `known` also when it has been said. */
  take(document: string): { readonly known: boolean; readonly by: string | undefined } {
    const known = this.#byDocument.has(document);
    const by = this.#byDocument.get(document);
    if (by !== undefined) this.#byDocument.set(document, undefined);
    return { known, by };
  }

  /**
   * Those who may have brought what is found in this space now. One look back is in it, too: who looks may be a
   * little early.
   */
  look(space: string): ReadonlySet<string> {
    const lately = this.#lately.get(space);
    if (lately === undefined) return new Set();
    if (lately.now.size === 0) this.#lately.delete(space);
    else this.#lately.set(space, { now: new Set(), before: lately.now });
    return new Set([...lately.now, ...lately.before]);
  }
}
