import type { HostDatabase } from '../store/database.ts';
import type { AccessControl } from './access.ts';
import { grants, type Need } from './exchange.ts';
import { HttpError, noSuchDatabase } from './http-error.ts';
import type { Caller, EndpointRequest, EndpointResponse } from './message.ts';

/**
 * Whether somebody from outside may still do what they could when their request came. It may run for
 * minutes: a body that trickles in, documents being checked, an answer to a slow reader.
 */
export interface Standing {
  /** The request; reading its body ends as soon as they may not go on. */
  readonly request: EndpointRequest;
  /** A database of which each call, before and after, looks whether they still may. */
  guard(database: HostDatabase): HostDatabase;
  /** The answer, to be cut off when they may not have it any more. */
  answer(response: EndpointResponse): EndpointResponse;
  /** There is no answer to watch over. */
  end(): void;
}

/** Said as soon as it is so; the same words as to one who comes with an ended token anew. */
export const unknownToken = (): HttpError =>
  new HttpError(401, 'unauthorized', 'This token is not, or no longer, known here.', {
    'www-authenticate': 'Bearer',
  });

export interface StandingParts {
  readonly access: AccessControl;
  readonly caller: Caller;
  readonly database: string;
  /** The right that the route asks for. */
  readonly need: Need;
  readonly request: EndpointRequest;
}

export function watchStanding(parts: StandingParts): Standing {
  const { access, caller, database, need, request } = parts;
  const lost = new AbortController();
  const refusal = (): HttpError | undefined => {
    if (!access.stands(caller)) return unknownToken();
    return grants(access.rights(caller, database), need) ? undefined : noSuchDatabase();
  };
  // Asked anew each time: where a computer has slept, a token's end may not have been told yet.
  const check = (): void => {
    const refused = refusal();
    if (refused) throw refused;
  };
  const end = access.listen(() => {
    const refused = refusal();
    if (refused) lost.abort(refused);
  });
  request.signal?.addEventListener('abort', end, { once: true });
  const { body } = request;
  const isWhole = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  return {
    request: isWhole ? request : { ...request, body: whileAllowed(body, lost.signal, check) },
    guard: (asked) => guarded(asked, check),
    answer(response) {
      if (typeof response.body !== 'string' && !(response.body instanceof Uint8Array)) {
        return { ...response, body: checked(response.body, check, end), ended: lost.signal };
      }
      // Without a signal nobody says when it was sent: then it is now.
      if (request.signal === undefined) end();
      return { ...response, ended: lost.signal };
    },
    end,
  };
}

function guarded(database: HostDatabase, check: () => void): HostDatabase {
  return new Proxy(database, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      return async (...given: unknown[]): Promise<unknown> => {
        check();
        const result: unknown = await Reflect.apply(value, target, given);
        check();
        return result;
      };
    },
  });
}

async function* checked(
  body: AsyncIterable<string>,
  check: () => void,
  end: () => void,
): AsyncGenerator<string> {
  try {
    for await (const piece of body) {
      check();
      yield piece;
    }
  } finally {
    end();
  }
}

async function* whileAllowed<T>(
  body: AsyncIterable<T>,
  lost: AbortSignal,
  check: () => void,
): AsyncGenerator<T> {
  const iterator = body[Symbol.asyncIterator]();
  for (;;) {
    check();
    const next = await unless(lost, iterator.next());
    if (next.done === true) return;
    yield next.value;
  }
}

/** What is promised, or the reason of the signal, whichever comes first. Leaves no listener behind. */
function unless<T>(signal: AbortSignal, promised: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    const done = (): void => signal.removeEventListener('abort', onAbort);
    signal.addEventListener('abort', onAbort, { once: true });
    promised.finally(done).then(resolve, reject);
  });
}
