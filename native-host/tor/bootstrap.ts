import type { Code } from '../../src/protocol/codes.ts';
import type { TorStatus } from '../../src/protocol/tor-status.ts';
import type { Clock } from './clock.ts';
import { keywordValues } from './control-values.ts';
import type { TorSession } from './tor-session.ts';

export interface BootstrapProgress extends Pick<TorStatus, 'step'> {
  readonly progress: number;
  /** Why Tor says it stands still (`CONNECTREFUSED`, `NOROUTE`, `PT_MISSING` …). */
  readonly trouble?: string;
}

/** Tor's own time-outs at one step are half a minute; this long without any progress is a network that is shut. */
const stalledAfter = 60_000;

/** Some dead relays are met on any way in; Tor advises to warn at ten, which on a shut network takes minutes. */
const troublesBeforeWarning = 3;

/** Reads `BOOTSTRAP PROGRESS=80 TAG=… SUMMARY="…"`; undefined when the text is something else. */
export function parseBootstrap(text: string): BootstrapProgress | undefined {
  if (!/^(NOTICE|WARN|ERR) BOOTSTRAP /.test(text)) return undefined;
  const values = keywordValues(text);
  const progress = Number(values.get('PROGRESS'));
  if (!Number.isInteger(progress) || progress < 0 || progress > 100) return undefined;
  const step = values.get('TAG');
  const reason = values.get('REASON');
  const grave =
    values.get('RECOMMENDATION') === 'warn' ||
    Number(values.get('COUNT') ?? 0) >= troublesBeforeWarning;
  return {
    progress,
    ...(step !== undefined && /^[a-z_]{1,40}$/.test(step) ? { step } : {}),
    ...(reason !== undefined && grave && progress < 100 ? { trouble: reason } : {}),
  };
}

/** What Tor's reason means for the person: no network, a missing program, or a way that is shut. */
export function codeOfTrouble(reason: string, withBridges: boolean): Code | undefined {
  if (reason === 'NOROUTE') return 'tor-offline';
  if (reason === 'PT_MISSING') return 'bridge-program-missing';
  const shut = ['CONNECTREFUSED', 'CONNECTRESET', 'TIMEOUT', 'IOERROR', 'IDENTITY', 'MISC'];
  if (!shut.includes(reason)) return undefined;
  return withBridges ? 'bridges-unreachable' : 'tor-blocked';
}

/**
 * Follows a Tor until it is connected. `report` gets every step before the last, with a code while
 * something is in the way: Tor's own reason, or `tor-bootstrap-stalled` when nothing has moved for a
 * minute. Tor goes on trying, and so does this. Resolves when the bootstrap is complete, and also when
 * `signal` aborts.
 */
export async function followBootstrap(
  session: TorSession,
  clock: Clock,
  signal: AbortSignal,
  report: (progress: Pick<BootstrapProgress, 'progress' | 'step'>, code?: Code) => void,
): Promise<void> {
  const state: { latest?: BootstrapProgress } = {};
  let moved = new AbortController();
  const tell = ({ trouble, ...progress }: BootstrapProgress, otherwise?: Code) =>
    report(
      progress,
      trouble === undefined
        ? otherwise
        : (codeOfTrouble(trouble, session.bridges > 0) ?? otherwise),
    );
  const see = (next: BootstrapProgress | undefined) => {
    const { latest } = state;
    if (next === undefined || next.progress < (latest?.progress ?? 0)) return;
    const same = next.progress === latest?.progress && next.step === latest.step;
    // A trouble stays until something moves; one that is not grave changes nothing.
    if (same && (next.trouble === undefined || next.trouble === latest.trouble)) return;
    state.latest = next;
    if (next.progress < 100) tell(next);
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
      if (state.latest === latest && !signal.aborted) tell(latest, 'tor-bootstrap-stalled');
    }
  } finally {
    await stopListening().catch(() => undefined);
  }
}
