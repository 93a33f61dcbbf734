import { useState } from 'preact/hooks';
import { failureOf } from './failure.ts';
import type { Failure } from './failure.ts';

export interface Action<Arguments extends unknown[]> {
  /** Resolves to whether it was done. A second run while the first is under way does nothing. */
  run(...args: Arguments): Promise<boolean>;
  busy: boolean;
  failure: Failure | undefined;
  /** Forgets a failure, when the person has changed what caused it. */
  forgive(): void;
}

/** Something a person does: its progress and its failure are shown where it was done. */
export function useAction<Arguments extends unknown[]>(
  act: (...args: Arguments) => Promise<unknown>,
): Action<Arguments> {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  return {
    busy,
    failure,
    forgive: () => setFailure(undefined),
    async run(...args) {
      if (busy) return false;
      setBusy(true);
      setFailure(undefined);
      try {
        await act(...args);
        return true;
      } catch (error) {
        setFailure(failureOf(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
