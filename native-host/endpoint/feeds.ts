import type { HostStore } from '../store/store.ts';
import type { AccessControl } from './access/access.ts';
import { callerName } from './limits/guard.ts';
import { tooMany } from './messages/http-error.ts';
import type { EndpointLimits } from './limits/limits.ts';
import { peerAddress, type Caller } from './messages/message.ts';
import type { Query } from './messages/query.ts';

/** How many feeds each caller holds open. Strangers can't be told apart, so they count as one. */
export interface FeedCounts {
  /** Refuses a further feed before its answer begins. */
  check(caller: Caller): void;
  /** Count one until the returned function is called. */
  enter(caller: Caller): () => void;
}

export function createFeedCounts(limits: EndpointLimits): FeedCounts {
  const open = new Map<string, number>();
  const mostOf = (caller: Caller): number => {
    if (caller.kind === 'peer') return limits.feedsPerPeer;
    return caller.kind === 'stranger' ? limits.feedsOfStrangers : Number.POSITIVE_INFINITY;
  };
  return {
    check(caller) {
      if ((open.get(callerName(caller)) ?? 0) >= mostOf(caller)) {
        throw tooMany(`At most ${mostOf(caller)} feeds of one caller are open at once.`);
      }
    },
    enter(caller) {
      const key = callerName(caller);
      open.set(key, (open.get(key) ?? 0) + 1);
      return () => {
        const left = (open.get(key) ?? 1) - 1;
        if (left > 0) open.set(key, left);
        else open.delete(key);
      };
    },
  };
}

/** The access list changed and the caller may not read on: what was sent of the answer is not whole. */
class AccessEnded extends Error {
  override readonly name = 'AccessEnded';
}

export type Woken = 'change' | 'time' | 'gone';

/** Waits for something to happen while a feed is open. */
export interface Watch {
  /**
   * `change` as soon as there was one since the last call, `time` after so many milliseconds, `gone`
   * when nobody listens any more. Throws `AccessEnded` when the caller lost the right to read on.
   */
  next(milliseconds: number): Promise<Woken>;
  close(): void;
}

export interface Watched {
  readonly store: HostStore;
  readonly access: AccessControl;
  readonly signal: AbortSignal | undefined;
  /** Is a change of this database one to wake up for? */
  readonly concerns: (database: string) => boolean;
  /** Who reads: what they change themselves is no change, and with their token it ends. */
  readonly caller: Caller;
  readonly mayGoOn: () => boolean;
}

export function watch(watched: Watched): Watch {
  const { store, access, signal, concerns, caller } = watched;
  const reader = peerAddress(caller);
  const mayGoOn = (): boolean => access.stands(caller) && watched.mayGoOn();
  let changed = false;
  let ended: 'gone' | 'lost' | undefined = signal?.aborted ? 'gone' : undefined;
  let wake = (): void => {};
  const note = (what: 'gone' | 'lost' | 'change'): void => {
    if (what === 'change') changed = true;
    else ended ??= what;
    wake();
  };
  const onAbort = (): void => note('gone');
  const stops = [
    store.updates.listen(({ name }, by) => {
      if (concerns(name) && (by === undefined || by !== reader)) note('change');
    }),
    access.listen(() => note(mayGoOn() ? 'change' : 'lost')),
    () => signal?.removeEventListener('abort', onAbort),
  ];
  signal?.addEventListener('abort', onAbort);
  return {
    async next(milliseconds) {
      if (ended === undefined && !changed) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = () => {};
      }
      if (ended === 'lost') throw new AccessEnded();
      if (ended === 'gone') return 'gone';
      // A timer of a computer that slept is late: rights may have ended without a word.
      if (!mayGoOn()) throw new AccessEnded();
      if (!changed) return 'time';
      changed = false;
      return 'change';
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}

const defaultPatience = 60_000;
const leastHeartbeat = 1_000;

/** How long a feed waits: for ever with a sign of life every `heartbeat` ms, else `timeout` ms. */
export interface Patience {
  readonly heartbeat: number | undefined;
  readonly timeout: number;
}

/** `heartbeat` and `timeout` as CouchDB has them: in milliseconds, the first wins, a minute if none. */
export function patienceOf(query: Query): Patience {
  const given = query.text('heartbeat');
  if (given === 'true') return { heartbeat: defaultPatience, timeout: Number.POSITIVE_INFINITY };
  const heartbeat = given === 'false' ? undefined : query.count('heartbeat');
  if (heartbeat !== undefined && heartbeat > 0) {
    return {
      // No more often than anyone needs: each is a packet through Tor.
      heartbeat: Math.min(Math.max(heartbeat, leastHeartbeat), 600_000),
      timeout: Number.POSITIVE_INFINITY,
    };
  }
  const timeout = query.count('timeout') ?? defaultPatience;
  return { heartbeat: undefined, timeout: Math.min(timeout, 600_000) };
}

/**
 * Wait for a change, passing on signs of life. Ends with `change`, with `time` when patience ran out, or
 * `gone`.
 */
export async function* waitForChange(
  watched: Watch,
  { heartbeat, timeout }: Patience,
  sign = '\n',
): AsyncGenerator<string, Woken> {
  for (;;) {
    const woken = await watched.next(heartbeat ?? timeout);
    if (woken !== 'time' || heartbeat === undefined) return woken;
    yield sign;
  }
}
