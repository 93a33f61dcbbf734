import { CodedError } from '../../protocol/codes.ts';
import { limits } from '../../protocol/limits.ts';
import type { FromHost, ToHost } from '../../protocol/native-messages.ts';
import { Turns } from './turns.ts';

type Answer = Extract<
  FromHost,
  { type: 'response' | 'response-body' | 'response-error' | 'request-taken' }
>;
type Request = Extract<ToHost, { type: 'request' }>;

interface Pending {
  head: { status: number; headers: Record<string, string> } | undefined;
  parts: string[];
  resolve: (response: Response) => void;
  reject: (error: Error) => void;
  /** Chunks of the body that the host has not said it has taken. */
  untaken: number;
  /** Called when another may be sent, or none ever. */
  proceed: (() => void) | undefined;
  /** Lets another large body begin. */
  free: (() => void) | undefined;
}

interface Head {
  method: Request['method'];
  path: string;
  headers: Record<string, string>;
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
 *
 * The browser takes any number of messages and keeps those that the host has not read. So a large body goes a few
 * chunks at a time, as the host takes them, and few large ones go at once: a small request is soon its turn.
 */
export class Tunnel {
  readonly #send: (message: ToHost) => void;
  readonly #pending = new Map<number, Pending>();
  readonly #large = new Turns(limits.tunnelLargeBodies);
  #lastId = 0;

  /** @param send may throw when the host is gone */
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
    if (this.#pending.size >= limits.tunnelRequestsOpen) throw new CodedError('too-many');

    this.#lastId += 1;
    const id = this.#lastId;
    const headers = Object.fromEntries(new Headers(init.headers));
    const head = { method, path: url.pathname + url.search, headers };
    const answered = new Promise<Response>((resolve, reject) => {
      const unsent = {
        head: undefined,
        parts: [],
        untaken: 0,
        proceed: undefined,
        free: undefined,
      };
      const pending = { ...unsent, resolve, reject };
      this.#pending.set(id, pending);
      void this.#post(id, pending, head, body);
    });
    const cancel = () => {
      const pending = this.#end(id);
      if (!pending) return;
      pending.reject(new DOMException('aborted', 'AbortError'));
      this.#trySend({ type: 'cancel', id });
    };
    init.signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await answered;
    } finally {
      this.#end(id);
      init.signal?.removeEventListener('abort', cancel);
    }
  };

  /** Nothing more is sent for it; another may have its turn. */
  #end(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.proceed?.();
    pending?.free?.();
    return pending;
  }

  /** Sends a request at the pace at which the host takes it; stops when it has been answered or given up. */
  async #post(id: number, pending: Pending, head: Head, body: string): Promise<void> {
    const isOpen = () => this.#pending.get(id) === pending;
    if (body.length > limits.tunnelChunkCharacters) {
      const free = await this.#large.take();
      if (!isOpen()) {
        free();
        return;
      }
      pending.free = free;
    }
    let isFirst = true;
    for (const chunk of chunksOf(body)) {
      if (pending.untaken >= limits.tunnelWindowChunks) {
        await new Promise<void>((proceed) => (pending.proceed = proceed));
      }
      if (!isOpen()) return;
      pending.untaken += 1;
      const sent = this.#trySend(
        isFirst
          ? { type: 'request', id, ...head, ...chunk }
          : { type: 'request-body', id, ...chunk },
      );
      if (!sent) pending.reject(new CodedError('host-lost'));
      isFirst = false;
    }
  }

  #trySend(message: ToHost): boolean {
    try {
      this.#send(message);
      return true;
    } catch {
      return false;
    }
  }

  /** Takes a response message from the host; unknown ids are answers to cancelled requests. */
  accept(message: Answer): void {
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if (message.type === 'response-error') {
      pending.reject(new CodedError(message.code));
      return;
    }
    if (message.type === 'request-taken') {
      pending.untaken -= 1;
      pending.proceed?.();
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
    for (const id of this.#pending.keys()) this.#end(id)?.reject(new CodedError('host-lost'));
  }
}
