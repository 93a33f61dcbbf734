import type { Code } from '../protocol/codes.ts';
import type { Clock } from '../store/clock.ts';
import type { Patience } from './patience.ts';

export interface Watchdog {
  /** Give this to `fetch`. */
  readonly signal: AbortSignal;
  /** Something arrived: the wait begins anew. */
  alive(): void;
  /** Why `signal` aborted, if it did. */
  reason(): Code | undefined;
  /** Always to be called when the request is over. */
  end(): void;
}

/** Aborts a request that is silent for too long or goes on for too long, or when `outer` aborts. */
export function watchdog(
  clock: Clock,
  { connect, idle, total }: Patience,
  outer: AbortSignal | undefined,
): Watchdog {
  const controller = new AbortController();
  let why: Code | undefined;
  const bite = (code: Code) => {
    why ??= code;
    controller.abort();
  };
  const cancel = () => bite('cancelled');
  if (outer?.aborted === true) cancel();
  outer?.addEventListener('abort', cancel, { once: true });
  let stopSilence = clock.after(connect, () => bite('peer-timeout'));
  const stopTotal = clock.after(total, () => bite('peer-timeout'));
  return {
    signal: controller.signal,
    alive() {
      stopSilence();
      stopSilence = clock.after(idle, () => bite('peer-timeout'));
    },
    reason: () => why,
    end() {
      stopSilence();
      stopTotal();
      outer?.removeEventListener('abort', cancel);
    },
  };
}
