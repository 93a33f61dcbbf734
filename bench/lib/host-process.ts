import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { encodeFrame, FrameReader } from '../../native-host/messaging/framing.ts';
import { Tunnel } from '../../src/background/host/tunnel.ts';
import {
  addonId,
  type FromHost,
  nativeProtocolVersion,
  type ToHost,
} from '../../src/protocol/native-messages.ts';
import { type BuiltHost, quietEnvironment } from '../../test/host/native-host-process.ts';

/** A real host process on real pipes, with the background's own tunnel at the browser's end. */
export class HostProcess {
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #reader = new FrameReader();
  readonly #tunnel = new Tunnel((message) => this.send(message));
  readonly #exited: Promise<void>;
  #waiting: { fits: (message: FromHost) => boolean; done: () => void }[] = [];
  onPeerSeen: (address: string) => void = () => undefined;

  private constructor(built: BuiltHost, folder: string, controlPort: number) {
    this.folder = folder;
    this.#child = spawn(built.launcher, [join(folder, 'network25.json'), addonId], {
      env: quietEnvironment(folder, { TOR_CONTROL_PORT: String(controlPort) }),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#exited = new Promise((resolve) => this.#child.once('close', () => resolve()));
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdout?.on('data', (bytes: Uint8Array) => {
      for (const incoming of this.#reader.push(bytes)) {
        // The host is ours and just built: what the add-on decodes is taken as it comes here.
        if (incoming.kind === 'message') this.#receive(incoming.value as FromHost);
      }
    });
  }

  /** @param folder of its own, as home and for its data */
  static async start(built: BuiltHost, folder: string, controlPort: number): Promise<HostProcess> {
    const host = new HostProcess(built, folder, controlPort);
    const greeted = host.until(({ type }) => type === 'hello');
    host.send({
      type: 'hello',
      protocol: nativeProtocolVersion,
      addon: '0.0.0',
      profile: '0'.repeat(32),
    });
    await greeted;
    return host;
  }

  get fetch(): Tunnel['fetch'] {
    return this.#tunnel.fetch;
  }

  send(message: ToHost): void {
    this.#child.stdin?.write(encodeFrame(message));
  }

  /** Resolves at the next message that fits; rejects when it doesn't come within a minute. */
  until(fits: (message: FromHost) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the host says nothing')), 60_000);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.push({ fits, done });
    });
  }

  async end(): Promise<void> {
    this.#child.stdin?.end();
    await this.#exited;
  }

  #receive(message: FromHost): void {
    if (message.type.startsWith('response') || message.type === 'request-taken') {
      this.#tunnel.accept(message as Parameters<Tunnel['accept']>[0]);
    }
    if (message.type === 'peer-seen') this.onPeerSeen(message.address);
    const [fit, rest] = [
      this.#waiting.filter(({ fits }) => fits(message)),
      this.#waiting.filter(({ fits }) => !fits(message)),
    ];
    this.#waiting = rest;
    for (const { done } of fit) done();
  }
}
