/** Assertions for acceptance cases, which import no test framework. */

export function equal(actual: unknown, expected: unknown): void {
  if (canonical(actual) !== canonical(expected)) {
    throw new Error(`expected ${canonical(expected)}, got ${canonical(actual)}`);
  }
}

/** JSON with the fields of every object in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

export async function rejects(attempt: () => Promise<unknown>, code: string): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === code) return;
    throw error;
  }
  throw new Error(`expected a refusal with ${code}`);
}

export async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 5_000; waited += 10) {
    if (holds()) return;
    await pause(10);
  }
  throw new Error('waited for five seconds in vain');
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A named story with its own start and end. */
export interface AcceptanceCase {
  readonly name: string;
  /** Resolves when the case holds, rejects with what was wrong. */
  readonly run: () => Promise<void>;
}
