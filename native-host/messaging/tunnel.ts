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

/** Bodies of requests that are not answered yet, together. Our add-on sends fewer at once. */
const heldBytesMost = 8 * limits.requestBodyBytes;
/** Chunks of large answers that wait in the pipe, so that a small answer is not behind one of each. */
const chunksInPipe = 4;
const largeChunkCharacters = 16_384;
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
  readonly #pipe = new Places(chunksInPipe);
  #heldBytes = 0;

  constructor(door: OwnerDoor, send: Send) {
    this.#door = door;
    this.#send = send;
  }

  /** Throws CodedError `malformed` when the id is already in use: any answer would confuse the other request. */
  begin(head: RequestHead): void {
    if (this.#open.has(head.id)) throw new CodedError('malformed');
    if (this.#open.size >= limits.tunnelRequestsOpen) {
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

  /** A message for this request made no sense: it can't be answered. */
  refuse(id: number): void {
    if (this.#open.has(id)) this.#fail(id, 'malformed');
    else void this.#send({ type: 'response-error', id, code: 'malformed' });
  }

  /** Aborts whatever still runs; no answers are sent for it. */
  close(): void {
    for (const request of this.#open.values()) request.abort.abort();
    this.#open.clear();
  }

  #addBody(chunk: RequestHead | RequestBody): void {
    const request = this.#open.get(chunk.id);
    if (!request || request.complete) return;
    const bytes = Buffer.byteLength(chunk.body);
    if (request.bytes + bytes > limits.requestBodyBytes) {
      this.#fail(chunk.id, 'too-large');
      return;
    }
    if (this.#heldBytes + bytes > heldBytesMost) {
      this.#fail(chunk.id, 'too-many');
      return;
    }
    request.bytes += bytes;
    this.#heldBytes += bytes;
    request.parts.push(chunk.body);
    if (!chunk.last) {
      void this.#send({ type: 'request-taken', id: chunk.id });
      return;
    }
    request.complete = true;
    void this.#answer(request);
  }

  #fail(id: number, code: Code): void {
    const request = this.#open.get(id);
    if (!request) return;
    this.#open.delete(id);
    if (!request.complete) this.#letGo(request);
    request.abort.abort();
    void this.#send({ type: 'response-error', id, code });
  }

  /** Its body is needed no more. */
  #letGo(request: OpenRequest): void {
    this.#heldBytes -= request.bytes;
    request.bytes = 0;
    request.parts = [];
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
      this.#letGo(request);
      await this.#sendResponse(request, response);
    } catch (error) {
      this.#fail(head.id, codeOf(error));
    } finally {
      this.#letGo(request);
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
      const isLarge = body.length > largeChunkCharacters;
      const free = isLarge ? await this.#pipe.take() : undefined;
      try {
        if (request.abort.signal.aborted) return;
        // With its last chunk handed over a request is over: it can't be cancelled and its id is free.
        if (last) this.#open.delete(id);
        await this.#send(
          begun
            ? { type: 'response-body', id, body, last }
            : { type: 'response', id, status, headers, body, last },
        );
      } finally {
        free?.();
      }
      begun = true;
    }
  }
}
