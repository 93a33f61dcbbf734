/** What has been on a page since it was last said to be read, by space. */
export class SeenPosts {
  readonly #seen = new Map<string, Set<string>>();

  add(space: string, post: string): void {
    this.#seen.set(space, (this.#seen.get(space) ?? new Set()).add(post));
  }

  /** All of it, which is forgotten here. */
  take(): (readonly [space: string, posts: ReadonlySet<string>])[] {
    const seen = [...this.#seen];
    this.#seen.clear();
    return seen;
  }
}
