import type { HostDatabase } from '../../store/database.ts';
import type { AccessControl } from './access.ts';
import { grants, type Need } from '../exchange.ts';
import { HttpError, noSuchDatabase } from '../messages/http-error.ts';
import type { Caller, EndpointRequest, EndpointResponse } from '../messages/message.ts';

/** Said as soon as it is so; the same words as to one who comes with an ended token anew. */
export const unknownToken = (): HttpError =>
  new HttpError(401, 'unauthorized', 'This token is not, or no longer, known here.', {
    'www-authenticate': 'Bearer',
  });

/** The request, whose body is read only as long as the caller is who they were when they came. */
export function whileTheyStand(
  access: AccessControl,
  caller: Caller,
  request: EndpointRequest,
): EndpointRequest {
  const { body } = request;
  // Of all others it can't end.
  if (caller.kind !== 'peer') return request;
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return request;
  return { ...request, body: readWhile(access, caller, body) };
}

/**
 * Whether somebody from outside may still do what they could when their request's turn came: documents are
 * being checked, an answer is on its way to a slow reader.
 */
export interface Standing {
  /** A database of which each call, before and after, looks whether they still may. */
  guard(database: HostDatabase): HostDatabase;
  /** The answer, to be cut off when they may not have it any more. */
  answer(response: EndpointResponse): EndpointResponse;
  /** There is no answer to watch over. */
  end(): void;
}

export interface StandingParts {
  readonly access: AccessControl;
  readonly caller: Caller;
  readonly database: string;
  /** The right that the route asks for. */
  readonly need: Need;
  readonly signal: AbortSignal | undefined;
}

export function watchStanding(parts: StandingParts): Standing {
  const { access, caller, database, need, signal } = parts;
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
  signal?.addEventListener('abort', end, { once: true });
  return {
    guard: (asked) => guarded(asked, check),
    answer(response) {
      if (typeof response.body !== 'string' && !(response.body instanceof Uint8Array)) {
        return { ...response, body: checked(response.body, check, end), ended: lost.signal };
      }
      // Without a signal nobody says when it was sent: then it is now.
      if (signal === undefined) end();
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

async function* readWhile<T>(
  access: AccessControl,
  caller: Caller,
  body: AsyncIterable<T>,
): AsyncGenerator<T> {
  const lost = new AbortController();
  const check = (): void => {
    if (!access.stands(caller)) lost.abort(unknownToken());
  };
  const stop = access.listen(check);
  const iterator = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      check();
      const next = await unless(lost.signal, iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    stop();
    // Let go of it, or the door can't read on. Not waited for: a piece may still be awaited in there.
    iterator.return?.().catch(() => undefined);
  }
}

/** What is promised, or the reason of the signal, whichever comes first. Leaves no listener behind. */
function unless<T>(signal: AbortSignal, promised: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    const done = (): void => signal.removeEventListener('abort', onAbort);
    signal.addEventListener('abort', onAbort, { once: true });
    promised.finally(done).then(resolve, reject);
  });
}
