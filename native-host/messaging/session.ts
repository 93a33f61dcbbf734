import type { Readable } from 'node:stream';
import * as v from 'valibot';
import { type Code, CodedError, codeOf } from '../../src/protocol/codes.ts';
import { requestIdField } from '../../src/protocol/fields.ts';
import {
  type FromHost,
  type Hello,
  nativeProtocolVersion,
  olderEnd,
  toHostSchema,
} from '../../src/protocol/native-messages.ts';
import type { Log } from '../log.ts';
import { carryOut } from './orders.ts';
import { FrameReader, type Incoming } from './framing.ts';
import type { Send } from './frame-writer.ts';
import type { HostEvents, HostServices, OpenHost } from './host-services.ts';
import { Tunnel } from './tunnel.ts';

export interface SessionOptions {
  input: Readable;
  send: Send;
  open: OpenHost;
  /** This host's version, for the add-on's diagnosis page. */
  version: string;
  log: Log;
}

/** Why a session ended: the browser closed the pipe, or we refused to serve and said so. */
export type SessionEnd = 'input-ended' | 'refused';

/** A hello of any version, so that a newer add-on hears `host-older` and not `malformed`. */
const anyHelloSchema = v.looseObject({
  type: v.literal('hello'),
  protocol: v.pipe(v.number(), v.safeInteger()),
});

/** Whatever is wrong with a request, who made it waits for an answer. */
const anyRequestSchema = v.looseObject({
  type: v.picklist(['request', 'request-body']),
  id: requestIdField,
});

/**
 * One conversation with one browser: the version handshake, then requests and orders until the browser
 * closes the pipe or we refuse. Running requests are aborted by then; `close` ends the rest.
 * Never throws for anything the input holds.
 */
export async function runSession(
  options: SessionOptions,
): Promise<{ end: SessionEnd; close: () => Promise<void> }> {
  const session = new Session(options);
  return session.run();
}

class Session {
  readonly #options: SessionOptions;
  readonly #reader = new FrameReader();
  readonly #ended = new AbortController();
  #services: HostServices | undefined;
  #tunnel: Tunnel | undefined;
  /** What came while the data directory was being opened. */
  #waiting: Incoming[] | undefined;
  #opened: Promise<void> = Promise.resolve();
  #finish: (end: SessionEnd) => void = () => {};

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  async run(): Promise<{ end: SessionEnd; close: () => Promise<void> }> {
    const { input } = this.#options;
    const end = await new Promise<SessionEnd>((resolve) => {
      this.#finish = resolve;
      input.on('data', (bytes: Uint8Array) => {
        for (const incoming of this.#reader.push(bytes)) this.#take(incoming);
      });
      for (const event of ['end', 'error', 'close']) input.on(event, () => resolve('input-ended'));
      // Whoever looked at the first message has stopped it.
      input.resume();
    });
    this.#ended.abort();
    input.pause();
    this.#tunnel?.close();
    const close = async () => {
      await this.#opened;
      await this.#services?.close();
    };
    return { end, close };
  }

  #take(incoming: Incoming): void {
    if (this.#ended.signal.aborted) return;
    if (this.#waiting) this.#waiting.push(incoming);
    else if (incoming.kind === 'lost') this.#refuse('malformed');
    else if (!this.#services) this.#greet(incoming);
    else if (incoming.kind === 'unusable') this.#reject(incoming.code);
    else this.#obey(incoming.value);
  }

  /** The first message: nothing is opened before both sides know that they speak the same protocol. */
  #greet(incoming: Incoming): void {
    const message = incoming.kind === 'message' ? incoming.value : undefined;
    const spoken = v.safeParse(anyHelloSchema, message);
    const theirs = spoken.success ? spoken.output.protocol : nativeProtocolVersion;
    const older = olderEnd(nativeProtocolVersion, theirs);
    if (older !== undefined) {
      this.#refuse(older, `host ${nativeProtocolVersion}, add-on ${theirs}`);
      return;
    }
    const hello = v.safeParse(toHostSchema, message);
    if (!hello.success || hello.output.type !== 'hello') {
      this.#refuse('malformed');
      return;
    }
    this.#waiting = [];
    this.#opened = this.#open(hello.output).catch((error: unknown) => {
      this.#refuse(codeOf(error), error instanceof CodedError ? error.detail : undefined);
    });
  }

  async #open(greeting: Hello): Promise<void> {
    const { open, send, version } = this.#options;
    // Events may come before `open` returns, and the add-on must hear `hello` first.
    const early: FromHost[] = [];
    let greeted = false;
    const tell = (message: FromHost) => {
      if (greeted) void send(message);
      else early.push(message);
    };
    const events: HostEvents = {
      torStatus: (status) => tell({ type: 'tor-status', status }),
      peerSeen: (address) => tell({ type: 'peer-seen', address }),
      brought: (brought) => tell({ type: 'brought', brought }),
    };
    const services = await open(greeting, events, this.#ended.signal);
    this.#services = services;
    this.#tunnel = new Tunnel(services.request, send);
    greeted = true;
    const hello = { type: 'hello', protocol: nativeProtocolVersion, host: version } as const;
    for (const message of [hello, ...early]) void send(message);
    const waited = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const incoming of waited) this.#take(incoming);
  }

  #obey(message: unknown): void {
    const decoded = v.safeParse(toHostSchema, message);
    if (!decoded.success) {
      const request = v.safeParse(anyRequestSchema, message);
      if (request.success) this.#tunnel?.refuse(request.output.id);
      else this.#reject('malformed');
      return;
    }
    if (!this.#services || !this.#tunnel) return;
    const parts = {
      services: this.#services,
      tunnel: this.#tunnel,
      send: this.#options.send,
      log: this.#options.log,
    };
    carryOut(decoded.output, parts).catch((error: unknown) => {
      this.#options.log('message-failed', codeOf(error));
      this.#reject(codeOf(error));
    });
  }

  #reject(code: Code): void {
    void this.#options.send({ type: 'rejected', code });
  }

  #refuse(code: Code, detail?: string): void {
    this.#ended.abort();
    this.#options.log('refused', code);
    const said = this.#options.send({
      type: 'refused',
      code,
      ...(detail === undefined ? {} : { detail: detail.slice(0, 300) }),
    });
    void said.then(() => this.#finish('refused'));
  }
}
