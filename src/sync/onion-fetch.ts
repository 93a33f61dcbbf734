import { CodedError } from '../protocol/codes.ts';
import { type Clock, sleep } from '../store/clock.ts';
import type { Fetch } from '../store/ports.ts';
import { onionUrl } from './onion-url.ts';
import { patience, type Patience } from './patience.ts';
import { readJson } from './read-json.ts';
import { watchdog } from './watchdog.ts';

export interface OnionRequest {
  readonly address: string;
  /** With its query, from the root. */
  readonly path: string;
  /** Makes us known to the friend; strangers have none. */
  readonly token?: string | undefined;
  /** Sent as JSON by POST. Without it the request is a GET. */
  readonly body?: unknown;
  /** The longest answer taken, in bytes. */
  readonly most: number;
  readonly patience?: Patience;
  readonly signal?: AbortSignal | undefined;
  /** Any sign of life. */
  readonly onAlive?: (() => void) | undefined;
}

/**
 * One request to someone's onion endpoint; the JSON it answered with. Nothing is stored, no cookies or
 * referrers are sent, no redirect is followed.
 *
 * Rejects with CodedError: 'route-undecided' (nothing was sent), 'peer-unreachable',
 * 'peer-timeout', 'token-ended' (401), 'peer-refused' (403), 'not-found', 'work-needed' (428), 'too-many' (429), 'peer-full' (507), 'too-large' (either way),
 * 'peer-not-network25' (a redirect, no JSON, or any other status), 'malformed' (broken JSON), 'cancelled' (by `signal`).
 */
export type OnionFetch = (request: OnionRequest) => Promise<unknown>;

export interface OnionPorts {
  readonly fetch: Fetch;
  /** Whether a route through Tor is decided. Awaited before each request; no means no request. */
  readonly gate: () => Promise<boolean>;
  readonly clock: Clock;
}

/** A browser's first request can fail before its proxy is set up: it is made again after this. */
const secondTryAfter = 1_000;

export function createOnionFetch(ports: OnionPorts): OnionFetch {
  let triedOnce = false;
  const send = async (url: string, init: RequestInit, signal: AbortSignal): Promise<Response> => {
    try {
      return await ports.fetch(url, { ...init, signal });
    } catch (error) {
      if (triedOnce || signal.aborted) throw error;
      await sleep(ports.clock, secondTryAfter, signal);
      return ports.fetch(url, { ...init, signal });
    } finally {
      triedOnce = true;
    }
  };

  return async (request) => {
    const url = onionUrl(request.address, request.path);
    if (!(await ports.gate())) throw new CodedError('route-undecided');
    const dog = watchdog(ports.clock, request.patience ?? patience, request.signal);
    const alive = () => {
      dog.alive();
      request.onAlive?.();
    };
    try {
      dog.signal.throwIfAborted();
      const response = await send(url, initOf(request), dog.signal);
      alive();
      refuseStatus(response);
      return await readJson(response, request.most, alive);
    } catch (error) {
      if (error instanceof CodedError) throw error;
      // What fetch throws is a TypeError without a reason, or the abort we caused ourselves.
      throw new CodedError(dog.reason() ?? 'peer-unreachable');
    } finally {
      dog.end();
    }
  };
}

function initOf({ token, body }: OnionRequest): RequestInit {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  return {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    redirect: 'manual',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

function refuseStatus(response: Response): void {
  if (response.ok) return;
  switch (response.status) {
    case 401:
      throw new CodedError('token-ended');
    case 403:
      throw new CodedError('peer-refused');
    case 404:
      throw new CodedError('not-found');
    case 413:
      throw new CodedError('too-large');
    case 428:
      throw new CodedError('work-needed');
    case 429:
      throw new CodedError('too-many');
    case 507:
      throw new CodedError('peer-full');
    default:
      throw new CodedError(response.status >= 500 ? 'peer-unreachable' : 'peer-not-network25');
  }
}
