import type { TorStatus } from '../../src/protocol/tor-status.ts';
import type { Clock } from './clock.ts';
import { keywordValues } from './control-values.ts';
import type { TorSession } from './tor-session.ts';

export interface BootstrapProgress extends Pick<TorStatus, 'step'> {
  readonly progress: number;
}

/** Tor's own time-outs at one step are half a minute; this long without any progress is a network that is shut. */
const stalledAfter = 60_000;

/** Reads `BOOTSTRAP PROGRESS=80 TAG=… SUMMARY="…"`; undefined when the text is something else. */
export function parseBootstrap(text: string): BootstrapProgress | undefined {
  if (!/^(NOTICE|WARN|ERR) BOOTSTRAP /.test(text)) return undefined;
  const values = keywordValues(text);
  const progress = Number(values.get('PROGRESS'));
  if (!Number.isInteger(progress) || progress < 0 || progress > 100) return undefined;
  const step = values.get('TAG');
  return step !== undefined && /^[a-z_]{1,40}$/.test(step) ? { progress, step } : { progress };
}

/**
 * Follows a Tor until it is connected. `report` gets every step before the last, and `stalled: true`
 * when nothing has moved for a minute; Tor goes on trying, and so does this. Resolves when the
 * bootstrap is complete, and also when `signal` aborts.
 */
export async function followBootstrap(
  session: TorSession,
  clock: Clock,
  signal: AbortSignal,
  report: (progress: BootstrapProgress, stalled: boolean) => void,
): Promise<void> {
  const state: { latest?: BootstrapProgress } = {};
  let moved = new AbortController();
  const see = (next: BootstrapProgress | undefined) => {
    const { latest } = state;
    if (next === undefined || next.progress < (latest?.progress ?? 0)) return;
    if (next.progress === latest?.progress && next.step === latest.step) return;
    state.latest = next;
    if (next.progress < 100) report(next, false);
    moved.abort();
  };
  const stopListening = await session.events.listen('STATUS_CLIENT', (text) =>
    see(parseBootstrap(text)),
  );
  try {
    see(parseBootstrap(await session.info('status/bootstrap-phase')) ?? { progress: 0 });
    while (!signal.aborted) {
      const { latest } = state;
      if (latest === undefined || latest.progress === 100) break;
      moved = new AbortController();
      await clock.wait(stalledAfter, AbortSignal.any([moved.signal, signal]));
      if (state.latest === latest && !signal.aborted) report(latest, true);
    }
  } finally {
    await stopListening().catch(() => undefined);
  }
}
