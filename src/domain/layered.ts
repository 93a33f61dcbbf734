/**
 * Maps and sets as values: a draft of one holds the same and can be changed without changing it, at a cost that hardly
 * grows with its size. A few changes lie in a layer over what many drafts share; when they are
 * more than a few, everything is copied once.
 *
 * They are read as any `Map` and `Set`. Once a value is handed out it is not to be changed: draft it.
 */

/** In a layer: it is no longer there. */
const gone = Symbol('gone');

/** About the root of the size: copying the layer each time then costs as little as copying all once in a while. */
function mostInLayer(size: number): number {
  return Math.max(32, Math.ceil(Math.sqrt(size)));
}

export class LayeredMap<K, V> extends Map<K, V> {
  #base: ReadonlyMap<K, V>;
  #layer: Map<K, V | typeof gone>;
  #size: number;
  #isChanged = false;

  private constructor(base: ReadonlyMap<K, V>, layer: Map<K, V | typeof gone>, size: number) {
    super();
    this.#base = base;
    this.#layer = layer;
    this.#size = size;
  }

  static draftOf<K, V>(map: ReadonlyMap<K, V>): LayeredMap<K, V> {
    if (!(map instanceof LayeredMap)) return new LayeredMap(map, new Map(), map.size);
    // What a map knows of itself is of the types it was made with.
    const known = map as LayeredMap<K, V>;
    return known.#layer.size <= mostInLayer(known.#size)
      ? new LayeredMap(known.#base, new Map(known.#layer), known.#size)
      : new LayeredMap<K, V>(new Map(known), new Map(), known.#size);
  }

  /** Whether it was changed since it was drafted. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** Of the keys that were there before or are there now, those that can differ; `undefined`: any can. */
  keysApartFrom(before: ReadonlyMap<K, V>): Iterable<K> | undefined {
    if (before === this.#base) return this.#layer.keys();
    if (!(before instanceof LayeredMap)) return undefined;
    const known = before as LayeredMap<K, V>;
    if (known.#base !== this.#base) return undefined;
    return new Set([...known.#layer.keys(), ...this.#layer.keys()]);
  }

  override get size(): number {
    return this.#size;
  }

  override get(key: K): V | undefined {
    const value = this.#layer.get(key);
    if (value === gone) return undefined;
    if (value !== undefined || this.#layer.has(key)) return value;
    return this.#base.get(key);
  }

  override has(key: K): boolean {
    const value = this.#layer.get(key);
    if (value === gone) return false;
    return value !== undefined || this.#layer.has(key) || this.#base.has(key);
  }

  override set(key: K, value: V): this {
    if (!this.has(key)) this.#size += 1;
    this.#layer.set(key, value);
    this.#isChanged = true;
    return this;
  }

  override delete(key: K): boolean {
    if (!this.has(key)) return false;
    if (this.#base.has(key)) this.#layer.set(key, gone);
    else this.#layer.delete(key);
    this.#size -= 1;
    this.#isChanged = true;
    return true;
  }

  override clear(): void {
    this.#base = new Map();
    this.#layer = new Map();
    this.#size = 0;
    this.#isChanged = true;
  }

  override *entries(): MapIterator<[K, V]> {
    for (const [key, value] of this.#base) {
      const over = this.#layer.get(key);
      if (over === gone) continue;
      yield [key, over === undefined && !this.#layer.has(key) ? value : (over as V)];
    }
    for (const [key, value] of this.#layer) {
      if (value !== gone && !this.#base.has(key)) yield [key, value];
    }
  }

  override *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  override *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  override [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  override forEach(each: (value: V, key: K, map: Map<K, V>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this);
  }
}

export class LayeredSet<T> extends Set<T> {
  readonly #members: LayeredMap<T, true>;

  private constructor(members: LayeredMap<T, true>) {
    super();
    this.#members = members;
  }

  static draftOf<T>(set: ReadonlySet<T>): LayeredSet<T> {
    const members =
      set instanceof LayeredSet
        ? (set as LayeredSet<T>).#members
        : new Map([...set].map((one) => [one, true as const]));
    return new LayeredSet(LayeredMap.draftOf(members));
  }

  get isChanged(): boolean {
    return this.#members.isChanged;
  }

  override get size(): number {
    return this.#members.size;
  }

  override has(one: T): boolean {
    return this.#members.has(one);
  }

  override add(one: T): this {
    if (!this.has(one)) this.#members.set(one, true);
    return this;
  }

  override delete(one: T): boolean {
    return this.#members.delete(one);
  }

  override clear(): void {
    this.#members.clear();
  }

  override *entries(): SetIterator<[T, T]> {
    for (const one of this.#members.keys()) yield [one, one];
  }

  override keys(): SetIterator<T> {
    return this.#members.keys();
  }

  override values(): SetIterator<T> {
    return this.#members.keys();
  }

  override [Symbol.iterator](): SetIterator<T> {
    return this.#members.keys();
  }

  override forEach(each: (one: T, again: T, set: Set<T>) => void): void {
    for (const one of this) each(one, one, this);
  }
}

/** The draft if it was changed, else what it is a draft of: so that what follows from it needn't be worked out again. */
export function settled<T extends object>(
  before: T,
  draft: { readonly isChanged: boolean } & T,
): T {
  return draft.isChanged ? draft : before;
}

export interface Differences<V> {
  /** What has come, or has taken the place of something else. */
  readonly changed: readonly V[];
  /** What is there no longer, under whatever key. */
  readonly gone: readonly V[];
}

/** In what two maps differ, by identity. Costs little where one is a draft of the other, or of its drafts. */
export function differences<K, V>(
  before: ReadonlyMap<K, V>,
  after: ReadonlyMap<K, V>,
): Differences<V> {
  if (before === after) return { changed: [], gone: [] };
  const keys =
    (after instanceof LayeredMap ? (after as LayeredMap<K, V>).keysApartFrom(before) : undefined) ??
    new Set([...before.keys(), ...after.keys()]);
  const changed: V[] = [];
  const gone: V[] = [];
  for (const key of keys) {
    const now = after.get(key);
    if (now !== undefined) {
      if (now !== before.get(key)) changed.push(now);
      continue;
    }
    const was = before.get(key);
    if (was !== undefined) gone.push(was);
  }
  return { changed, gone };
}
