import { CodedError } from '../../protocol/codes.ts';
import { limits } from '../../protocol/limits.ts';
import type { FromHost, ToHost } from '../../protocol/native-messages.ts';

type Answer = Extract<FromHost, { type: 'response' | 'response-body' | 'response-error' }>;
type Request = Extract<ToHost, { type: 'request' }>;

interface Pending {
  head: { status: number; headers: Record<string, string> } | undefined;
  parts: string[];
  resolve: (response: Response) => void;
  reject: (error: Error) => void;
}

const methods = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE']);

function isMethod(method: string): method is Request['method'] {
  return methods.has(method);
}

/** Cuts text so that each piece fits one message, never between the halves of a surrogate pair. */
export function* chunksOf(text: string): Generator<{ body: string; last: boolean }> {
  let start = 0;
  do {
    let end = Math.min(text.length, start + limits.tunnelChunkCharacters);
    const lastUnit = text.charCodeAt(end - 1);
    if (end < text.length && lastUnit >= 0xd800 && lastUnit <= 0xdbff) end -= 1;
    yield { body: text.slice(start, end), last: end === text.length };
    start = end;
  } while (start < text.length);
}

/**
 * `fetch` over the native port: PouchDB's HTTP adapter talks through it to the very handlers that
 * answer the onion door, with the owner's rights. Only path, method, headers and text bodies travel.
 */
export class Tunnel {
  readonly #send: (message: ToHost) => void;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(send: (message: ToHost) => void) {
    this.#send = send;
  }

  /** Like `fetch`. Rejects with CodedError `too-many` (in flight), `host-lost`, or the host's code; AbortError when aborted. */
  readonly fetch = async (input: string | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input);
    const method = (init.method ?? 'GET').toUpperCase();
    if (!isMethod(method)) throw new CodedError('malformed', method);
    const body = init.body ?? '';
    if (typeof body !== 'string')
      throw new CodedError('malformed', 'only text bodies are tunnelled');
    init.signal?.throwIfAborted();
    if (this.#pending.size >= limits.tunnelRequestsInFlight) throw new CodedError('too-many');

    this.#lastId += 1;
    const id = this.#lastId;
    const answered = new Promise<Response>((resolve, reject) => {
      this.#pending.set(id, { head: undefined, parts: [], resolve, reject });
    });
    const cancel = () => {
      const pending = this.#pending.get(id);
      if (!pending) return;
      this.#pending.delete(id);
      this.#send({ type: 'cancel', id });
      pending.reject(new DOMException('aborted', 'AbortError'));
    };
    init.signal?.addEventListener('abort', cancel, { once: true });
    try {
      let first = true;
      for (const chunk of chunksOf(body)) {
        this.#send(
          first
            ? {
                type: 'request',
                id,
                method,
                path: url.pathname + url.search,
                headers: Object.fromEntries(new Headers(init.headers)),
                ...chunk,
              }
            : { type: 'request-body', id, ...chunk },
        );
        first = false;
      }
      return await answered;
    } finally {
      this.#pending.delete(id);
      init.signal?.removeEventListener('abort', cancel);
    }
  };

  /** Takes a response message from the host; unknown ids are answers to cancelled requests. */
  accept(message: Answer): void {
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if (message.type === 'response-error') {
      pending.reject(new CodedError(message.code));
      return;
    }
    if (message.type === 'response') {
      pending.head = { status: message.status, headers: message.headers };
    }
    pending.parts.push(message.body);
    if (!message.last) return;
    if (!pending.head) {
      pending.reject(new CodedError('malformed', 'a body without a head'));
      return;
    }
    const { status, headers } = pending.head;
    const bodyless = status === 204 || status === 304;
    pending.resolve(new Response(bodyless ? null : pending.parts.join(''), { status, headers }));
  }

  /** The port is gone: everything under way fails. */
  fail(): void {
    for (const pending of this.#pending.values()) pending.reject(new CodedError('host-lost'));
    this.#pending.clear();
  }
}
