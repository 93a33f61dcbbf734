import { randomBytes } from 'node:crypto';

export interface HalfOpenLimits {
  /** How long a dialer may take between its two messages. */
  readonly milliseconds: number;
  /** Of people not known by a token, all together; one more pushes the oldest out. */
  readonly strangers: number;
  /** Of each peer that renews a token, whatever strangers do. */
  readonly ofOnePeer: number;
}

/** Handshakes between the server's answer and the dialer's proof: each is for one attempt. */
export interface HalfOpen<T> {
  /** Remembers it for some seconds, for a known peer or for somebody; its name, which can't be guessed. */
  keep(value: T, peer: string | undefined): string;
  /** Gives it out, once. */
  take(id: string): T | undefined;
  clear(): void;
}

interface Kept<T> {
  readonly value: T;
  readonly peer: string | undefined;
  readonly timer: ReturnType<typeof setTimeout>;
}

export function createHalfOpen<T>(limits: HalfOpenLimits): HalfOpen<T> {
  /** Oldest first. */
  const kept = new Map<string, Kept<T>>();
  const forget = (id: string): void => {
    clearTimeout(kept.get(id)?.timer);
    kept.delete(id);
  };
  const makeRoom = (peer: string | undefined): void => {
    const most = peer === undefined ? limits.strangers : limits.ofOnePeer;
    let oldest: string | undefined;
    let count = 0;
    for (const [id, each] of kept) {
      if (each.peer !== peer) continue;
      oldest ??= id;
      count += 1;
    }
    if (count >= most && oldest !== undefined) forget(oldest);
  };
  return {
    keep(value, peer) {
      makeRoom(peer);
      const id = randomBytes(16).toString('base64url');
      const timer = setTimeout(() => forget(id), limits.milliseconds);
      timer.unref();
      kept.set(id, { value, peer, timer });
      return id;
    },
    take(id) {
      const found = kept.get(id);
      forget(id);
      return found?.value;
    },
    clear() {
      for (const id of kept.keys()) forget(id);
    },
  };
}
