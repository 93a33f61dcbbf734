import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame, FrameReader } from '../../native-host/messaging/framing.ts';
import { textChunks } from '../../native-host/messaging/text-chunks.ts';
import {
  addonId,
  type FromHost,
  nativeProtocolVersion,
} from '../../src/protocol/native-messages.ts';

export const profile = '00112233445566778899aabbccddeeff';

export interface BuiltHost {
  /** The launcher, as a browser would start it. */
  launcher: string;
  /** A folder of the tests' own. */
  folder: string;
  remove: () => void;
}

/** Builds the host into a folder of its own, away from the repository, as a person would copy it. */
export function buildHost(): BuiltHost {
  const folder = mkdtempSync(join(tmpdir(), 'n25-host-'));
  execFileSync(process.execPath, ['scripts/build.mjs', '--only', 'host', '--out', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return {
    launcher: join(folder, 'host', 'network25-host'),
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** An environment in which no real Tor, home or data of the machine is touched. */
export function quietEnvironment(folder: string, more: Record<string, string> = {}) {
  return {
    PATH: '/usr/bin:/bin',
    HOME: join(folder, 'home'),
    NETWORK25_DATA_DIR: join(folder, 'data'),
    NETWORK25_TOR: 'environment',
    ...more,
  };
}

type Answer = { status: number; text: string; frames: number };

/** A host as a real child process on real pipes, and the browser's side of the conversation. */
export class HostProcess {
  readonly child: ChildProcess;
  readonly received: FromHost[] = [];
  /** Anything on stdout that is no frame. */
  readonly noise: string[] = [];
  stderr = '';
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #reader = new FrameReader();
  readonly #listeners = new Set<() => void>();
  /** Takes what it wants of the messages; only the rest is kept in `received`. */
  forward: (message: FromHost) => boolean = () => false;
  #lastId = 0;

  constructor(built: BuiltHost, environment: Record<string, string>) {
    this.child = spawn(built.launcher, [join(built.folder, 'network25.json'), addonId], {
      env: environment,
      stdio: 'pipe',
    });
    this.child.stdout?.on('data', (bytes: Uint8Array) => {
      for (const incoming of this.#reader.push(bytes)) {
        if (incoming.kind !== 'message') this.noise.push(incoming.kind);
        else {
          const message = incoming.value as FromHost;
          if (!this.forward(message)) this.received.push(message);
        }
      }
      for (const listener of this.#listeners) listener();
    });
    this.child.stderr?.on('data', (bytes: Buffer) => (this.stderr += bytes.toString()));
    this.child.stdin?.on('error', () => {});
    this.exited = new Promise((resolve) =>
      this.child.once('close', (code, signal) => resolve({ code, signal })),
    );
  }

  hello(changes: object = {}): this {
    this.send({
      type: 'hello',
      protocol: nativeProtocolVersion,
      addon: '0.0.0',
      profile,
      ...changes,
    });
    return this;
  }

  send(message: unknown): void {
    this.child.stdin?.write(encodeFrame(message));
  }

  async waitFor<T extends FromHost['type']>(
    type: T,
    fits: (message: Extract<FromHost, { type: T }>) => boolean = () => true,
  ): Promise<Extract<FromHost, { type: T }>> {
    for (;;) {
      const found = this.received.find(
        (message): message is Extract<FromHost, { type: T }> =>
          message.type === type && fits(message as Extract<FromHost, { type: T }>),
      );
      if (found) return found;
      await new Promise<void>((resolve) => {
        const once = () => {
          this.#listeners.delete(once);
          resolve();
        };
        this.#listeners.add(once);
      });
    }
  }

  /** Sends a request in chunks and returns its id at once. */
  ask(method: string, path: string, body = ''): number {
    this.#lastId += 1;
    const id = this.#lastId;
    const headers = body === '' ? {} : { 'content-type': 'application/json' };
    const chunks = [...textChunks(body)];
    const first = chunks.shift() ?? '';
    const last = chunks.length === 0;
    this.send({ type: 'request', id, method, path, headers, body: first, last });
    chunks.forEach((chunk, at) =>
      this.send({ type: 'request-body', id, body: chunk, last: at === chunks.length - 1 }),
    );
    return id;
  }

  /** The whole answer to a request, put together from its chunks. */
  async answerTo(id: number): Promise<Answer> {
    const head = await this.waitFor('response', (message) => message.id === id);
    if (!head.last) await this.waitFor('response-body', (sent) => sent.id === id && sent.last);
    const rest = this.received.flatMap((message) =>
      message.type === 'response-body' && message.id === id ? [message.body] : [],
    );
    return { status: head.status, text: head.body + rest.join(''), frames: 1 + rest.length };
  }

  async fetch(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.answerTo(this.ask(method, path, body === undefined ? '' : JSON.stringify(body)));
  }

  /** What a browser that closes does; resolves with the host's exit code. */
  async end(): Promise<number | null> {
    this.child.stdin?.end();
    return (await this.exited).code;
  }
}
