import { type Code, CodedError, codeOf } from '../../src/protocol/codes.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { ToHost } from '../../src/protocol/native-messages.ts';
import { bodyChunks } from './body-chunks.ts';
import type { Send } from './frame-writer.ts';
import type { OwnerDoor, TunnelResponse } from './host-services.ts';
import { Places } from './places.ts';

type RequestHead = Extract<ToHost, { type: 'request' }>;
type RequestBody = Extract<ToHost, { type: 'request-body' }>;

interface OpenRequest {
  head: RequestHead;
  parts: string[];
  bytes: number;
  /** The last chunk of the body is here; the request is being answered. */
  complete: boolean;
  abort: AbortController;
}

/** Requests open at once, those that wait for their turn included; past it the add-on is in a loop. */
const openRequestsMost = 1_000;
/** A feed that answers when something happens would hold a place for minutes. */
const waitingFeed = /[?&]feed=(longpoll|continuous|eventsource)(&|$)/;

/**
 * `fetch` for the add-on over native messages: collects each request's chunks, hands it to the
 * endpoint with the owner's rights, and sends the answer back in chunks. Many run at once and finish in
 * any order. Every request that was accepted gets exactly one answer: a response or a `response-error`.
 */
export class Tunnel {
  readonly #door: OwnerDoor;
  readonly #send: Send;
  readonly #open = new Map<number, OpenRequest>();
  readonly #places = new Places(limits.tunnelRequestsInFlight);

  constructor(door: OwnerDoor, send: Send) {
    this.#door = door;
    this.#send = send;
  }

  /** Throws CodedError `malformed` when the id is already in use: any answer would confuse the other request. */
  begin(head: RequestHead): void {
    if (this.#open.has(head.id)) throw new CodedError('malformed');
    if (this.#open.size >= openRequestsMost) {
      void this.#send({ type: 'response-error', id: head.id, code: 'too-many' });
      return;
    }
    this.#open.set(head.id, {
      head,
      parts: [],
      bytes: 0,
      complete: false,
      abort: new AbortController(),
    });
    this.#addBody(head);
  }

  /** Body of a request that was refused or cancelled meanwhile is dropped: its last chunks were on the way. */
  continue(body: RequestBody): void {
    this.#addBody(body);
  }

  cancel(id: number): void {
    this.#fail(id, 'cancelled');
  }

  /** Aborts whatever still runs; no answers are sent for it. */
  close(): void {
    for (const request of this.#open.values()) request.abort.abort();
    this.#open.clear();
  }

  #addBody(chunk: RequestHead | RequestBody): void {
    const request = this.#open.get(chunk.id);
    if (!request || request.complete) return;
    request.bytes += Buffer.byteLength(chunk.body);
    if (request.bytes > limits.requestBodyBytes) {
      this.#fail(chunk.id, 'too-large');
      return;
    }
    request.parts.push(chunk.body);
    if (!chunk.last) return;
    request.complete = true;
    void this.#answer(request);
  }

  #fail(id: number, code: Code): void {
    const request = this.#open.get(id);
    if (!request) return;
    this.#open.delete(id);
    request.abort.abort();
    void this.#send({ type: 'response-error', id, code });
  }

  async #answer(request: OpenRequest): Promise<void> {
    const { head } = request;
    const free = waitingFeed.test(head.path) ? undefined : await this.#places.take();
    try {
      if (request.abort.signal.aborted) return;
      const response = await this.#door({
        method: head.method,
        path: head.path,
        headers: head.headers,
        body: request.parts.join(''),
        signal: request.abort.signal,
      });
      await this.#sendResponse(request, response);
    } catch (error) {
      this.#fail(head.id, codeOf(error));
    } finally {
      free?.();
      if (this.#open.get(head.id) === request) this.#open.delete(head.id);
    }
  }

  /** Each chunk waits until the browser took the one before, so a slow reader costs no memory here. */
  async #sendResponse(request: OpenRequest, response: TunnelResponse): Promise<void> {
    const { id } = request.head;
    const { status } = response;
    const headers = { ...response.headers };
    let begun = false;
    for await (const { body, last } of bodyChunks(response.body)) {
      if (request.abort.signal.aborted) return;
      // With its last chunk handed over a request is over: it can't be cancelled and its id is free.
      if (last) this.#open.delete(id);
      await this.#send(
        begun
          ? { type: 'response-body', id, body, last }
          : { type: 'response', id, status, headers, body, last },
      );
      begun = true;
    }
  }
}
