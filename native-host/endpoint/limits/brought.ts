import { type Brought, mostBroughtIds } from '../../../src/protocol/brought.ts';
import { HttpError } from '../messages/http-error.ts';
import { type Caller, peerAddress } from '../messages/message.ts';

/** Tells the owner who brought what: the door checks only what can be checked without keys. */
export interface BroughtNews {
  /** Before these are written: who reads them shall know already. */
  taken(caller: Caller, space: string, ids: readonly string[]): void;
  refused(caller: Caller, space: string, counts: ReadonlyMap<string, number>): void;
  /** A whole request that was not answered as it wanted. */
  failed(caller: Caller, error: unknown): void;
  close(): void;
}

/** Milliseconds. Who floods us is told of at most so often, with sums. */
const pause = 250;
/** Callers and spaces in one pause; what goes beyond is not told. */
const mostWaiting = 200;

/** What is counted of requests that failed as a whole. Rights that have just changed are nobody's fault. */
const codeOfStatus = new Map([
  [400, 'malformed'],
  [413, 'too-large'],
  [429, 'too-many'],
  [507, 'no-room'],
]);

export function createBroughtNews(tell: (brought: Brought) => void): BroughtNews {
  const waiting = new Map<string, { what: Brought; counts: Map<string, number> }>();
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    timer = undefined;
    const told = [...waiting.values()];
    waiting.clear();
    for (const { what, counts } of told) tell({ ...what, refused: Object.fromEntries(counts) });
  };
  const about = (caller: Caller, space: string | undefined): Brought => {
    const address = peerAddress(caller);
    return {
      ...(address === undefined ? {} : { address }),
      ...(space === undefined ? {} : { space }),
      taken: [],
      refused: {},
    };
  };
  const count = (
    caller: Caller,
    space: string | undefined,
    counts: Iterable<readonly [string, number]>,
  ): void => {
    if (caller.kind !== 'peer' && caller.kind !== 'stranger') return;
    const key = `${peerAddress(caller) ?? ''} ${space ?? ''}`;
    const known = waiting.get(key);
    if (known === undefined && waiting.size >= mostWaiting) return;
    const sums = known ?? { what: about(caller, space), counts: new Map<string, number>() };
    for (const [code, more] of counts) sums.counts.set(code, (sums.counts.get(code) ?? 0) + more);
    if (sums.counts.size === 0) return;
    waiting.set(key, sums);
    // It must not keep a process alive that has nothing else to do.
    timer ??= setTimeout(flush, pause).unref();
  };
  return {
    taken(caller, space, ids) {
      if (ids.length === 0) return;
      tell({ ...about(caller, space), taken: ids.slice(0, mostBroughtIds) });
    },
    refused: (caller, space, counts) => count(caller, space, counts),
    failed(caller, error) {
      if (!(error instanceof HttpError)) return;
      const code = codeOfStatus.get(error.status);
      if (code !== undefined) count(caller, undefined, [[code, 1]]);
    },
    close() {
      clearTimeout(timer);
      waiting.clear();
    },
  };
}
