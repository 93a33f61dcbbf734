/**
 * Characters that say in which direction what follows them is to be read (Unicode's embeddings, overrides and
 * isolates, UAX #9). Whoever writes one can make a name, a link or a line say something else than it holds. Texts of
 * either direction are laid out well without: each block finds its own.
 */
const turning = /[\u202a-\u202e\u2066-\u2069]/gu;

/** The same value with none of them in any text. */
export function inPlainOrder(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(turning, '');
  if (Array.isArray(value)) return value.map(inPlainOrder);
  // Bytes are no text, and stay what they are.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, inPlainOrder(field)]),
  );
}
