import { CodedError, type Code } from '../../src/protocol/codes.ts';
import type { TorAttempt } from '../../src/protocol/tor-status.ts';
import { openControl, type Authenticated } from './authenticate.ts';
import { isLoopback, type TorCandidate } from './candidates.ts';
import { nameOfAddress } from './control-connection.ts';

export interface FoundTor extends Authenticated {
  readonly candidate: TorCandidate;
}

export interface Search {
  /** The first candidate that let us in, with its connection open. */
  readonly found?: FoundTor;
  /** Every place looked at, in order. */
  readonly attempts: TorAttempt[];
}

/**
 * Tries each candidate by itself, in order; the first that authenticates wins and ends the search. When
 * `signal` aborts, every connection it opened ends.
 */
export async function findTor(
  candidates: readonly TorCandidate[],
  signal?: AbortSignal,
): Promise<Search> {
  const attempts: TorAttempt[] = [];
  for (const candidate of candidates) {
    if (signal?.aborted === true) break;
    const { attempt, found } = await tryCandidate(candidate, signal);
    attempts.push(attempt);
    if (found !== undefined) return { found, attempts };
  }
  return { attempts };
}

/** Never throws: whatever happens at one place must not keep us from the next. */
export async function tryCandidate(
  candidate: TorCandidate,
  signal?: AbortSignal,
): Promise<{ attempt: TorAttempt; found?: FoundTor }> {
  const { address, hints, origin } = candidate;
  const about = { candidate: nameOfAddress(address), origin };
  if ('host' in address && !isLoopback(address.host))
    return { attempt: { ...about, outcome: 'refused', code: 'not-allowed' } };
  try {
    const authenticated = await openControl(address, hints, signal);
    return {
      attempt: { ...about, outcome: 'authenticated' },
      found: { ...authenticated, candidate },
    };
  } catch (error) {
    return { attempt: { ...about, ...outcomeOf(error) } };
  }
}

const codedOutcomes = new Map<Code, TorAttempt['outcome']>([
  ['tor-refused', 'refused'],
  ['tor-wrong-password', 'refused'],
  ['tor-cookie-unreadable', 'refused'],
  // Silence, or a language that is not Tor's.
  ['malformed', 'not-tor'],
  ['too-large', 'not-tor'],
  ['tor-lost', 'not-tor'],
]);

function outcomeOf(error: unknown): Pick<TorAttempt, 'outcome' | 'code'> {
  if (error instanceof CodedError) {
    const { code } = error;
    return { outcome: codedOutcomes.get(code) ?? 'failed', code };
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') return { outcome: 'refused', code: 'tor-refused' };
  const nobodyThere = ['ENOENT', 'ENOTDIR', 'ECONNREFUSED', 'ENOTSOCK', 'EADDRNOTAVAIL'];
  if (typeof code === 'string' && nobodyThere.includes(code)) return { outcome: 'not-there' };
  return { outcome: 'failed', code: 'internal' };
}
