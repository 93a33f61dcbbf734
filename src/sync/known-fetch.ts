import type { Clock } from '../store/clock.ts';
import { CodedError } from '../protocol/codes.ts';
import type { OnionFetch, OnionRequest } from './onion-fetch.ts';
import type { HeldToken, KnownPeer, PeerTokens } from './peer-tokens.ts';

export interface KnownFetchPorts {
  readonly fetch: OnionFetch;
  readonly tokens: PeerTokens;
  readonly clock: Clock;
}

/** A request that may take longer than this is a long-poll. */
const longRequest = 1_200_000;
/** It begins with a token that is good for so long, so that it is the long-polls which renew tokens. */
const longPollLeast = 1_800_000;
/** It is given up so long before its token ends, which would cut it off, but not at once. */
const longPollMargin = 120_000;

/**
 * Requests to one friend's door, as one who is known there: each shows the token we hold, which is got or
 * renewed as need be. One that they don't take any more is replaced once.
 */
export function knownFetch({ fetch, tokens, clock }: KnownFetchPorts, peer: KnownPeer): OnionFetch {
  return async (request) => {
    const { signal } = request;
    const lasting = isLong(request) ? longPollLeast : 0;
    const attempt = (held: HeldToken) =>
      fetch({ ...shortened(request, held.until - clock.now()), token: held.token });
    const first = await tokens.get(peer, { lasting, signal });
    try {
      return await attempt(first);
    } catch (error) {
      if (!isEnded(error)) throw error;
      tokens.end(peer.address, first.token);
    }
    const second = await tokens.get(peer, { lasting, signal });
    try {
      return await attempt(second);
    } catch (error) {
      if (!isEnded(error)) throw error;
      tokens.end(peer.address, second.token);
      throw new CodedError('peer-refused');
    }
  };
}

const isLong = ({ patience }: OnionRequest): boolean => (patience?.total ?? 0) > longRequest;

/** The same request, but for a long-poll that would outlast its token. */
function shortened(request: OnionRequest, left: number): OnionRequest {
  const { patience } = request;
  if (!patience || !isLong(request)) return request;
  const total = Math.min(patience.total, Math.max(left - longPollMargin, longPollMargin));
  return { ...request, patience: { ...patience, total } };
}

const isEnded = (error: unknown): boolean =>
  error instanceof CodedError && error.code === 'token-ended';
