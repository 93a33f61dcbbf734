/**
 * The same as plain maps, sets, lists and objects, none of them shared with the original: to see later that it has not
 * changed. `structuredClone` looks past what a kind of map has made of itself.
 */
export function plainCopy(value: unknown): unknown {
  if (value instanceof Map) {
    return new Map([...value].map(([key, one]) => [plainCopy(key), plainCopy(one)]));
  }
  if (value instanceof Set) return new Set([...value].map(plainCopy));
  if (Array.isArray(value)) return value.map(plainCopy);
  if (value instanceof Uint8Array) return value.slice();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plainCopy(one)]));
}
