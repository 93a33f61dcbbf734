/** Who is let in by a token. */
interface Granted {
  readonly address: string;
  readonly until: number;
}

/** The tokens that let peers in, by their hashes, until each one's end. */
export interface Tokens {
  add(hash: string, granted: Granted): void;
  /** Whose token this is, while it lasts. */
  ownerOf(hash: string): string | undefined;
  /** Ends those of a peer, or all. */
  end(address?: string): void;
}

/** A peer has one, and one more while it changes them; a restored device has lost its old ones. */
const mostOfOnePeer = 8;
/** `setTimeout` takes no longer times. */
const longestTimer = 2_147_483_647;

/** @param onEnd called when time has ended some; not by `end` */
export function createTokens(clock: () => number, onEnd: () => void): Tokens {
  const tokens = new Map<string, Granted>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const sweep = (): void => {
    const now = clock();
    const before = tokens.size;
    for (const [hash, { until }] of tokens) if (until <= now) tokens.delete(hash);
    if (tokens.size < before) onEnd();
    watchTime();
  };
  const watchTime = (): void => {
    clearTimeout(timer);
    if (tokens.size === 0) return;
    const next = Math.min(...[...tokens.values()].map(({ until }) => until));
    timer = setTimeout(sweep, Math.min(Math.max(next - clock(), 0), longestTimer));
    timer.unref();
  };

  return {
    add(hash, granted) {
      const theirs = [...tokens].filter(([, { address }]) => address === granted.address);
      const tooMany = Math.max(0, theirs.length + 1 - mostOfOnePeer);
      for (const [oldest] of theirs.slice(0, tooMany)) tokens.delete(oldest);
      tokens.set(hash, granted);
      watchTime();
    },
    ownerOf(hash) {
      const granted = tokens.get(hash);
      return granted && granted.until > clock() ? granted.address : undefined;
    },
    end(address) {
      for (const [hash, granted] of tokens) {
        if (address === undefined || granted.address === address) tokens.delete(hash);
      }
      watchTime();
    },
  };
}
