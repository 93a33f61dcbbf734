import { CodedError, type Code } from '../../src/protocol/codes.ts';
import type { Clock } from './clock.ts';
import type { TorSession } from './tor-session.ts';

/** What can happen to a Tor that stays connected to us, as far as our service is concerned. */
export type NetworkChange = 'gone' | 'back';

export interface HealthPorts {
  readonly clock: Clock;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** All there is to complain of now; called at every change. */
  readonly onWarnings: (warnings: readonly Code[]) => void;
  /** `back` also after a sleep of the computer, which Tor notices as a jump of the clock. */
  readonly onNetwork: (change: NetworkChange) => void;
}

/** A Tor that stands still keeps its sockets open; it is asked now and then. */
const askEvery = 60_000;

/** What one event of Tor's changes; other events, and those about other programs' requests, are passed over. */
export function readHealth(
  kind: 'STATUS_GENERAL' | 'NETWORK_LIVENESS',
  text: string,
): { warn?: Code; clear?: Code; network?: NetworkChange } {
  if (kind === 'NETWORK_LIVENESS') {
    if (text === 'DOWN') return { warn: 'tor-offline', network: 'gone' };
    return text === 'UP' ? { clear: 'tor-offline', network: 'back' } : {};
  }
  const [, action] = text.split(' ', 2);
  if (action === 'CLOCK_SKEW') return { warn: 'tor-clock-wrong' };
  // The computer slept, or its clock was set: whatever was wrong with it is to be found out anew.
  if (action === 'CLOCK_JUMPED') return { clear: 'tor-clock-wrong', network: 'back' };
  if (action === 'DANGEROUS_VERSION' && / REASON=(OBSOLETE|UNRECOMMENDED)\b/.test(text))
    return { warn: 'tor-version-old' };
  return {};
}

/**
 * Listens to what a Tor says of itself until `signal` aborts, and sees that it still answers. A control
 * port that does not let us have these events (a filter) is used without. Rejects as `session.info`
 * does when the Tor no longer answers.
 */
export async function followHealth(session: TorSession, ports: HealthPorts): Promise<void> {
  const { clock, signal, onWarnings, onNetwork } = ports;
  const warnings = new Set<Code>();
  const see = ({ warn, clear, network }: ReturnType<typeof readHealth>) => {
    if (signal.aborted) return;
    const before = warnings.size;
    if (clear !== undefined) warnings.delete(clear);
    if (warn !== undefined) warnings.add(warn);
    if (warnings.size !== before) onWarnings([...warnings]);
    if (network !== undefined) onNetwork(network);
  };
  const leaving: (() => Promise<void>)[] = [];
  for (const kind of ['STATUS_GENERAL', 'NETWORK_LIVENESS'] as const) {
    const leave = await unlessRefused(
      session.events.listen(kind, (text) => see(readHealth(kind, text))),
    );
    if (leave !== undefined) leaving.push(leave);
  }
  try {
    const version = await unlessRefused(session.info('status/version/current'));
    if (version === 'obsolete' || version === 'unrecommended') see({ warn: 'tor-version-old' });
    while (!signal.aborted) {
      await clock.wait(askEvery, signal);
      if (!signal.aborted) await unlessRefused(session.info('network-liveness'));
    }
  } finally {
    for (const leave of leaving) await leave().catch(() => undefined);
  }
}

/** Undefined when this Tor does not let us have it; other failures stay failures. */
async function unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'tor-refused') return undefined;
    throw error;
  }
}
