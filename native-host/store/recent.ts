/** What lately was read of one database: a trip to another thread is most of what a small read costs. */
export interface Recent {
  /** The values in the order of the keys, from memory if all are known still, else as `fetch` reads them now. */
  getMany(keys: readonly string[], fetch: () => Promise<Values>): Promise<Values>;
  /** Something was written: called before anybody is told that it is. */
  forget(): void;
}

/** `undefined` where there is nothing. */
type Values = (string | undefined)[];

/** A document takes two. Small, because hundreds of databases may be open. */
const most = 16;
const mostCharacters = 2_048;
/** As many as come in one batch: who asks which of them are missing brings those next. */
const mostAbsent = 1_000;

export function createRecent(): Recent {
  /** What was read by itself, least recently read first. */
  const entries = new Map<string, string>();
  const absent = new Set<string>();
  let writes = 0;
  const keep = (key: string, value: string): void => {
    entries.delete(key);
    entries.set(key, value);
    const [oldest] = entries.keys();
    if (entries.size > most && oldest !== undefined) entries.delete(oldest);
  };
  const note = (keys: readonly string[], values: Values): void => {
    const [key, value] = [keys[0], values[0]];
    const isAlone = keys.length === 1 && key !== undefined && value !== undefined;
    if (isAlone && value.length <= mostCharacters) keep(key, value);
    for (const [index, each] of keys.entries()) {
      if (absent.size >= mostAbsent) break;
      if (values[index] === undefined) absent.add(each);
    }
  };
  return {
    async getMany(keys, fetch) {
      if (keys.every((key) => absent.has(key))) return keys.map(() => undefined);
      const kept = keys.length === 1 ? entries.get(keys[0] ?? '') : undefined;
      if (kept !== undefined) {
        keep(keys[0] ?? '', kept);
        return [kept];
      }
      const before = writes;
      const values = await fetch();
      // Written meanwhile: nobody knows whether these are from before.
      if (before === writes) note(keys, values);
      return values;
    },
    forget() {
      writes += 1;
      entries.clear();
      absent.clear();
    },
  };
}
