import type { Refusal } from './refusal.ts';

/** What a function that reads outside input returns: it never throws for what the input holds. */
export type Result<T> = Accepted<T> | Refused;

export interface Accepted<T> {
  readonly ok: true;
  readonly value: T;
}

export interface Refused {
  readonly ok: false;
  readonly code: Refusal;
}

export function accept<T>(value: T): Accepted<T> {
  return { ok: true, value };
}

export function refuse(code: Refusal): Refused {
  return { ok: false, code };
}
