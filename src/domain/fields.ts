import { limits } from './limits.ts';
import { accept, refuse, type Result } from './result.ts';

/** Whether a value from outside is what its place calls for. */
export type Check<T> = (value: unknown) => value is T;

type Checked<C> = C extends Check<infer T> ? T : never;
type Checks = Readonly<Record<string, Check<unknown>>>;

export type Decoded<R extends Checks> = { readonly [K in keyof R]: Checked<R[K]> };
type DecodedOptional<O extends Checks> = { readonly [K in keyof O]?: Checked<O[K]> };

/**
 * A new object with exactly these fields, or the reason why not. A field that is not in the list is
 * refused: what we do not understand we neither store nor pass on.
 */
export function decodeFields<R extends Checks>(value: unknown, required: R): Result<Decoded<R>> {
  // `pick` has checked each field of this very type; so it has below.
  return pick(value, required, {}) as Result<Decoded<R>>;
}

/** The same with fields that may be absent. */
export function decodeFieldsWithOptional<R extends Checks, O extends Checks>(
  value: unknown,
  required: R,
  optional: O,
): Result<Decoded<R> & DecodedOptional<O>> {
  return pick(value, required, optional) as Result<Decoded<R> & DecodedOptional<O>>;
}

function pick(value: unknown, required: Checks, optional: Checks): Result<Record<string, unknown>> {
  if (!isRecord(value)) return refuse('malformed');
  const picked: Record<string, unknown> = {};
  let found = 0;
  for (const name in required) {
    const field = fieldOf(value, name);
    if (required[name]?.(field) !== true) return refuse('malformed');
    picked[name] = field;
    if (Object.hasOwn(value, name)) found += 1;
  }
  for (const name in optional) {
    if (!Object.hasOwn(value, name)) continue;
    const field = fieldOf(value, name);
    if (optional[name]?.(field) !== true) return refuse('malformed');
    picked[name] = field;
    found += 1;
  }
  // Counting is enough, and faster than looking each one up: every document is read this way several times.
  return Object.keys(value).length === found ? accept(picked) : refuse('unknown-field');
}

/** What the value itself holds under this name, not what its kind does. */
function fieldOf(value: object, name: string): unknown {
  return Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function isRecord(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}

export function bytesOf(length: number): Check<Uint8Array> {
  return (value): value is Uint8Array => value instanceof Uint8Array && value.length === length;
}

export function bytesUpTo(most: number): Check<Uint8Array> {
  return (value): value is Uint8Array => value instanceof Uint8Array && value.length <= most;
}

export const isHash: Check<Uint8Array> = bytesOf(32);

export const isText: Check<string> = (value): value is string => typeof value === 'string';

/** Text of `least` to `most` UTF-16 units. */
export function textOf(most: number, least = 0): Check<string> {
  return (value): value is string =>
    typeof value === 'string' && value.length >= least && value.length <= most;
}

export const isCount: Check<number> = (value): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

export const isTruth: Check<boolean> = (value): value is boolean => typeof value === 'boolean';

/** Milliseconds since 1970. */
export const isTime: Check<number> = (value): value is number =>
  isCount(value) && value <= limits.latestTime;

export function oneOf<T extends string | number>(...values: readonly T[]): Check<T> {
  return (value): value is T => values.some((allowed) => allowed === value);
}

export function listOf<T>(check: Check<T>, most: number): Check<readonly T[]> {
  return (value): value is readonly T[] =>
    Array.isArray(value) && value.length <= most && value.every((item) => check(item));
}

export function nullOr<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

export function recordOf<R extends Checks>(required: R): Check<Decoded<R>> {
  return (value): value is Decoded<R> => decodeFields(value, required).ok;
}

/** An open map: its own decoder looks inside. */
export const isMap: Check<Readonly<Record<string, unknown>>> = (
  value,
): value is Readonly<Record<string, unknown>> => isRecord(value);
