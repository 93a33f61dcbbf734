/** Entries of one database that were read by themselves lately: a trip to another thread is most of what such a read costs. */
export interface Recent {
  /** The entry, if it is here still, or as `fetch` reads it now. */
  read(key: string, fetch: () => Promise<string | undefined>): string | Promise<string | undefined>;
  /** Something was written: called before anybody is told that it is. */
  forget(): void;
}

/** A document takes two. Small, because hundreds of databases may be open. */
const most = 16;
const mostCharacters = 2_048;

export function createRecent(): Recent {
  /** Least recently read first. */
  const entries = new Map<string, string>();
  let writes = 0;
  const keep = (key: string, value: string): void => {
    entries.delete(key);
    entries.set(key, value);
    const [oldest] = entries.keys();
    if (entries.size > most && oldest !== undefined) entries.delete(oldest);
  };
  return {
    read(key, fetch) {
      const kept = entries.get(key);
      if (kept !== undefined) {
        keep(key, kept);
        return kept;
      }
      return (async () => {
        const before = writes;
        const value = await fetch();
        // Written meanwhile: nobody knows whether this is from before.
        const isSmall = value !== undefined && value.length <= mostCharacters;
        if (isSmall && before === writes) keep(key, value);
        return value;
      })();
    },
    forget() {
      writes += 1;
      entries.clear();
    },
  };
}
