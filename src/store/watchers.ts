/** Those who asked to hear of changes. One that throws doesn't keep the others from hearing. */
export class Watchers {
  readonly #all = new Set<(name: string) => void>();

  add(onChange: (name: string) => void): () => void {
    // A wrapper of its own, so that the same function may watch twice.
    const watcher = (name: string) => onChange(name);
    this.#all.add(watcher);
    return () => this.#all.delete(watcher);
  }

  tell(name: string): void {
    for (const watcher of this.#all) queueMicrotask(() => watcher(name));
  }

  clear(): void {
    this.#all.clear();
  }
}
