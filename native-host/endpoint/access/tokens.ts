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

interface Held extends Granted {
  /** The same end by the steady clock: set back by years, the other would let it live for years. */
  readonly steadily: number;
}

/**
 * @param clock milliseconds since 1970, as the computer is told
 * @param steady milliseconds of a clock that nobody sets; a token ends by whichever is first
 * @param onEnd called when time has ended some; not by `end`
 */
export function createTokens(clock: () => number, steady: () => number, onEnd: () => void): Tokens {
  const tokens = new Map<string, Held>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const left = ({ until, steadily }: Held): number =>
    Math.min(until - clock(), steadily - steady());
  const sweep = (): void => {
    const before = tokens.size;
    for (const [hash, held] of tokens) if (left(held) <= 0) tokens.delete(hash);
    if (tokens.size < before) onEnd();
    watchTime();
  };
  const watchTime = (): void => {
    clearTimeout(timer);
    if (tokens.size === 0) return;
    const next = Math.min(...[...tokens.values()].map(left));
    timer = setTimeout(sweep, Math.min(Math.max(next, 0), longestTimer));
    timer.unref();
  };

  return {
    add(hash, granted) {
      const theirs = [...tokens].filter(([, { address }]) => address === granted.address);
      const tooMany = Math.max(0, theirs.length + 1 - mostOfOnePeer);
      for (const [oldest] of theirs.slice(0, tooMany)) tokens.delete(oldest);
      tokens.set(hash, { ...granted, steadily: steady() + granted.until - clock() });
      watchTime();
    },
    ownerOf(hash) {
      const held = tokens.get(hash);
      return held && left(held) > 0 ? held.address : undefined;
    },
    end(address) {
      for (const [hash, granted] of tokens) {
        if (address === undefined || granted.address === address) tokens.delete(hash);
      }
      watchTime();
    },
  };
}
