import { asBytes } from '../../bytes.ts';
import { createHeldBytes } from './held-bytes.ts';
import { givenUp, HttpError, tooLarge } from '../messages/http-error.ts';
import { othersJsonBounds } from './json-bounds.ts';
import type { EndpointLimits } from './limits.ts';
import type { Caller, EndpointRequest, EndpointResponse } from '../messages/message.ts';
import { createRates, type Rate } from './rates.ts';
import { createTurns } from './turns.ts';
import { wait } from '../wait.ts';

type Answer = (request: EndpointRequest) => Promise<EndpointResponse>;

/** What keeps one caller from taking the host from the others. Owner and open door are not limited. */
export interface Guard {
  /**
   * Answer in this caller's turn, their request's body in memory by then. Throws `HttpError` 413, 429 or
   * 503, with the limit that was passed, and when to try again.
   */
  answer(request: EndpointRequest, caller: Caller, answer: Answer): Promise<EndpointResponse>;
}

export function createGuard(limits: EndpointLimits, clock: () => number): Guard {
  const rates = createRates(clock);
  const small = createTurns(limits.smallRequests);
  const large = createTurns(limits.largeRequests);
  const held = createHeldBytes(limits.bodyBytesHeld);
  const checkRate = async (name: string, rate: Rate, signal?: AbortSignal): Promise<void> => {
    try {
      rates.take(name, rate);
    } catch (refused) {
      await wait(limits.refusedAfter, signal);
      throw refused;
    }
  };
  return {
    async answer(request, caller, answer) {
      if (caller.kind === 'owner' || caller.kind === 'open') return answer(request);
      const name = callerName(caller);
      await checkRate(name, limits.requests[caller.kind], request.signal);
      let bytes = 0;
      const count = (more: number): void => {
        held.add(name, more);
        bytes += more;
      };
      try {
        const most = caller.kind === 'stranger' ? limits.strangerBodyBytes : limits.bodyBytes;
        const body = await readWhole(request, most, count);
        const bounds = { bytes: most, json: othersJsonBounds };
        // What is packed is as large as it may be until it has been unpacked.
        const isLarge = bytes > limits.largeRequestBytes || 'content-encoding' in request.headers;
        const turns = isLarge ? large : small;
        const whole = { ...request, body, bounds };
        return await turns.run(name, () => answer(whole), request.signal);
      } finally {
        held.release(name, bytes);
      }
    },
  };
}

/** Under which name a caller is counted. Strangers can't be told apart, so they are one. */
export function callerName(caller: Caller): string {
  return caller.kind === 'peer' ? caller.address : caller.kind;
}

/**
 * A body that trickles in must not hold a turn, so it is here before one is asked for. No more is read than
 * may come.
 */
async function readWhole(
  { method, headers, body = '' }: EndpointRequest,
  mostBytes: number,
  count: (bytes: number) => void,
): Promise<Uint8Array | string> {
  if (method !== 'POST' && method !== 'PUT') return '';
  const refuse = () => tooLarge(`The body of a request may have at most ${mostBytes} bytes.`);
  if (Number(headers['content-length'] ?? 0) > mostBytes) throw refuse();
  if (typeof body === 'string') {
    count(Buffer.byteLength(body));
    return body;
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of body instanceof Uint8Array ? [body] : body) {
      const piece = typeof part === 'string' ? new TextEncoder().encode(part) : part;
      bytes += piece.byteLength;
      if (bytes > mostBytes) throw refuse();
      count(piece.byteLength);
      parts.push(piece);
    }
  } catch (error) {
    // The other end has gone in the middle of it: no fault of ours.
    throw error instanceof HttpError ? error : givenUp();
  }
  return asBytes(Buffer.concat(parts));
}
