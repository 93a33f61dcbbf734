import { connect, type Socket } from 'node:net';
import { CodedError } from '../../src/protocol/codes.ts';
import { ReplyDecoder, type ControlReply } from './control-reply.ts';

/** Where a control port listens. Hosts are loopback addresses: candidates.ts lets no other through. */
export type ControlAddress =
  { readonly path: string } | { readonly host: string; readonly port: number };

/** As a person and the diagnosis page name it; at most 300 characters. */
export function nameOfAddress(address: ControlAddress): string {
  return ('path' in address ? address.path : `${address.host}:${address.port}`).slice(0, 300);
}

/**
 * A conversation with one Tor's control port. There is no way to send a command that came from
 * outside: only the files beside this one call `ask`, with commands they made.
 */
export interface ControlConnection {
  /**
   * Sends one command and gives its reply, whatever its status. Rejects with CodedError `tor-lost`
   * when the connection ends first or no answer comes in time, and with `malformed` or `too-large`
   * when the other end does not speak the protocol.
   */
  ask(command: string): Promise<ControlReply>;
  /** Calls `listener` with the text of every event (`HS_DESC UPLOADED …`) until the connection ends. */
  onEvent(listener: (text: string) => void): void;
  /** Resolves when the connection has ended, for whatever reason. */
  readonly closed: Promise<void>;
  close(): void;
}

/** A local Tor answers in milliseconds; a busy machine may take seconds. */
const answerWithin = 10_000;

/** Nobody on this machine takes longer to accept a connection. */
const connectWithin = 3_000;

/**
 * Connects to a control port. Rejects with the socket's own error (its `code` says whether nobody
 * listens or we are not let in) or with CodedError `tor-lost` when that takes too long. When `signal`
 * aborts, now or later, the connection ends.
 */
export async function connectControl(
  address: ControlAddress,
  signal?: AbortSignal,
): Promise<ControlConnection> {
  const socket = connect(address);
  const end = () => socket.destroy();
  signal?.addEventListener('abort', end);
  if (signal?.aborted === true) end();
  socket.once('close', () => signal?.removeEventListener('abort', end));
  const timer = setTimeout(end, connectWithin);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
      socket.once('close', () => reject(new CodedError('tor-lost', 'no connection in time')));
    });
  } finally {
    clearTimeout(timer);
  }
  return new SocketConnection(socket);
}

interface Waiting {
  resolve: (reply: ControlReply) => void;
  reject: (error: CodedError) => void;
  timer: NodeJS.Timeout;
}

class SocketConnection implements ControlConnection {
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #decoder = new ReplyDecoder();
  /** Commands under way; Tor answers in order. */
  readonly #waiting: Waiting[] = [];
  readonly #listeners: ((text: string) => void)[] = [];
  #ended: CodedError | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#end(new CodedError('tor-lost'));
        resolve();
      });
    });
    socket.on('error', () => this.#end(new CodedError('tor-lost')));
    socket.on('data', (chunk: Uint8Array) => this.#receive(chunk));
  }

  ask(command: string): Promise<ControlReply> {
    if (/[\r\n]/.test(command)) throw new Error('a control command is one line');
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      const timer = setTimeout(
        () => this.#end(new CodedError('tor-lost', 'no answer')),
        answerWithin,
      );
      this.#waiting.push({ resolve, reject, timer });
      this.#socket.write(`${command}\r\n`);
    });
  }

  onEvent(listener: (text: string) => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    this.#end(new CodedError('tor-lost', 'closed'));
  }

  #receive(chunk: Uint8Array): void {
    if (this.#ended !== undefined) return;
    try {
      for (const reply of this.#decoder.push(chunk)) this.#deliver(reply);
    } catch (error) {
      this.#end(error instanceof CodedError ? error : new CodedError('malformed'));
    }
  }

  #deliver(reply: ControlReply): void {
    if (reply.status === 650) {
      const text = reply.lines[0]?.text ?? '';
      for (const listener of this.#listeners) listener(text);
      return;
    }
    const waiting = this.#waiting.shift();
    if (waiting === undefined) throw new CodedError('malformed', 'a reply to nothing');
    clearTimeout(waiting.timer);
    waiting.resolve(reply);
  }

  #end(reason: CodedError): void {
    this.#ended ??= reason;
    for (const waiting of this.#waiting.splice(0)) {
      clearTimeout(waiting.timer);
      waiting.reject(this.#ended);
    }
    this.#socket.destroy();
  }
}
