import * as v from 'valibot';
import browser, { type Runtime } from 'webextension-polyfill';
import type { BridgeSettings } from '../../protocol/bridges.ts';
import type { Brought } from '../../protocol/brought.ts';
import { CodedError, type Code } from '../../protocol/codes.ts';
import {
  type FromHost,
  fromHostSchema,
  nativeHostName,
  nativeProtocolVersion,
  olderEnd,
  type ToHost,
} from '../../protocol/native-messages.ts';
import type { HostState } from '../../protocol/page-calls.ts';
import { idleTorStatus, type SocksAddress, type TorStatus } from '../../protocol/tor-status.ts';
import { Questions } from './questions.ts';
import { Tunnel } from './tunnel.ts';

/** What the rest of the background hears from the host. */
export interface HostEvents {
  state: (state: HostState) => void;
  tor: (status: TorStatus) => void;
  peerSeen: (address: string) => void;
  /** What somebody brings to our door. */
  brought: (brought: Brought) => void;
  /** The version of the access list by which the host lets friends in. */
  accessInForce: (version: number) => void;
}

/** What a host is to serve. */
export interface Served {
  /** Names this browser profile's data directory (32 hex digits). */
  readonly profile: string;
  /** The host keeps nothing that outlasts it. */
  readonly isTemporary: boolean;
}

/** A host that was there once is looked for again soon, then ever less often. */
const reconnectDelays = [1_000, 3_000, 10_000, 30_000, 60_000];
/** Node starts in about 0.75 s; a slow disk may take longer. */
const helloTimeout = 15_000;
const answerTimeout = 10_000;
/** Our own address is called for up to a minute. */
const testTimeout = 90_000;
/** The host before may still be closing what is to be erased, and it may be much. */
const eraseTimeout = 60_000;

/**
 * The native host, connected for as long as the browser runs. Holds no state of ours: after each
 * `connected` the application sends its access list and publishes again.
 */
export class HostConnection {
  #served: Served;
  readonly #events: HostEvents;
  #port: Runtime.Port | undefined;
  #tunnel: Tunnel | undefined;
  #state: HostState = { phase: 'connecting' };
  #tor: TorStatus = idleTorStatus;
  #failures = 0;
  #wasConnected = false;
  #restarted = false;
  #refusal: { code: Code; detail?: string } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #questions = new Questions((question) => this.send(question));
  #settled: Array<() => void> = [];

  constructor(served: Served, events: HostEvents) {
    this.#served = served;
    this.#events = events;
  }

  get state(): HostState {
    return this.#state;
  }

  get tor(): TorStatus {
    return this.#tor;
  }

  /** Starts the host unless it runs or is being started. */
  connect(): void {
    if (this.#port) return;
    clearTimeout(this.#timer);
    this.#refusal = undefined;
    this.#setState({ phase: 'connecting' });
    const port = browser.runtime.connectNative(nativeHostName);
    this.#port = port;
    this.#tunnel = new Tunnel((message) => port.postMessage(message));
    port.onMessage.addListener((message: unknown) => this.#receive(message));
    port.onDisconnect.addListener((closed) => this.#closed(closed));
    this.send({
      type: 'hello',
      protocol: nativeProtocolVersion,
      addon: browser.runtime.getManifest().version,
      profile: this.#served.profile,
      ...(this.#served.isTemporary ? { temporary: true } : {}),
    });
    this.#timer = setTimeout(() => this.#giveUp('host-lost'), helloTimeout);
  }

  /** Ends the host as closing the browser does, and starts it again; it knows nothing of us then. */
  restart(): void {
    if (!this.#port) return;
    this.#restarted = true;
    this.#port.disconnect();
    this.#closed(undefined);
  }

  /** From now on these data and no others; a host that runs begins anew with them. */
  serve(served: Served): void {
    this.#served = served;
    this.restart();
    this.connect();
  }

  /** Resolves once it is known whether the host is there: `connected` or `missing`. */
  async settled(): Promise<HostState> {
    if (this.#state.phase === 'connecting') {
      await new Promise<void>((resolve) => this.#settled.push(resolve));
    }
    return this.#state;
  }

  /** Sends if the host is there; what is lost with the host is sent anew after `connected`. */
  send(message: ToHost): void {
    this.#port?.postMessage(message);
  }

  /** `fetch` onto the owner's door. Rejects with a TypeError, as fetch does, when there is no host. */
  readonly fetch = async (input: string | URL, init?: RequestInit): Promise<Response> => {
    if (!this.#tunnel || this.#state.phase !== 'connected') throw new TypeError('host-missing');
    return this.#tunnel.fetch(input, init);
  };

  /** Is the SOCKS server there a Tor? `false` too when the host is missing or silent: routes fail closed. */
  async isTor(socks: SocksAddress): Promise<boolean> {
    if (this.#state.phase !== 'connected') return false;
    const answer = await this.#questions.ask(
      (id) => ({ type: 'probe-socks', id, ...socks }),
      answerTimeout,
    );
    return answer?.type === 'probe-socks' && answer.isTor;
  }

  /** By which bridges our own tor goes; with `lines`, after setting these. Rejects with a CodedError. */
  async bridges(lines?: string[]): Promise<BridgeSettings> {
    if (this.#state.phase !== 'connected') throw new CodedError('host-missing');
    const set = lines === undefined ? {} : { lines };
    const answer = await this.#questions.ask(
      (id) => ({ type: 'bridges', id, ...set }),
      answerTimeout,
    );
    if (answer?.type !== 'bridges') throw new CodedError('host-lost');
    if (answer.settings === undefined) throw new CodedError(answer.code ?? 'internal');
    return answer.settings;
  }

  /** Whether the host keeps on the disk what it needs to come up by itself; with `on`, from now on. Rejects as `bridges`. */
  async alwaysOn(on?: boolean): Promise<boolean> {
    if (this.#state.phase !== 'connected') throw new CodedError('host-missing');
    const set = on === undefined ? {} : { on };
    const answer = await this.#questions.ask(
      (id) => ({ type: 'always-on', id, ...set }),
      answerTimeout,
    );
    if (answer?.type !== 'always-on') throw new CodedError('host-lost');
    if (answer.on === undefined) throw new CodedError(answer.code ?? 'internal');
    return answer.on;
  }

  /** Rejects with the CodedError that says why nobody of ours answers at our own address. */
  async testService(): Promise<void> {
    if (this.#state.phase !== 'connected') throw new CodedError('host-missing');
    const answer = await this.#questions.ask((id) => ({ type: 'test-service', id }), testTimeout);
    if (answer?.type !== 'test-service') throw new CodedError('host-lost');
    if (answer.code !== undefined) throw new CodedError(answer.code);
  }

  /** All that the host keeps of a profile that is no more. Rejects with the CodedError that says why it stays. */
  async erase(profile: string): Promise<void> {
    if (this.#state.phase !== 'connected') throw new CodedError('host-missing');
    const answer = await this.#questions.ask(
      (id) => ({ type: 'erase', id, profile }),
      eraseTimeout,
    );
    if (answer?.type !== 'erase') throw new CodedError('host-lost');
    if (answer.code !== undefined) throw new CodedError(answer.code);
  }

  #receive(raw: unknown): void {
    const decoded = v.safeParse(fromHostSchema, raw);
    if (!decoded.success) {
      this.#giveUp('host-version');
      return;
    }
    this.#handle(decoded.output);
  }

  #handle(message: FromHost): void {
    switch (message.type) {
      case 'hello': {
        clearTimeout(this.#timer);
        const older = olderEnd(message.protocol, nativeProtocolVersion);
        if (older !== undefined) {
          this.#giveUp(older);
          return;
        }
        this.#failures = 0;
        this.#restarted = false;
        this.#wasConnected = true;
        this.#setState({ phase: 'connected', version: message.host });
        return;
      }
      case 'refused':
        this.#refusal =
          message.detail === undefined
            ? { code: message.code }
            : { code: message.code, detail: message.detail };
        this.#port?.disconnect();
        this.#closed(undefined);
        return;
      case 'response':
      case 'response-body':
      case 'response-error':
      case 'request-taken':
        this.#tunnel?.accept(message);
        return;
      case 'tor-status':
        this.#tor = message.status;
        this.#events.tor(message.status);
        return;
      case 'peer-seen':
        this.#events.peerSeen(message.address);
        return;
      case 'brought':
        this.#events.brought(message.brought);
        return;
      case 'probe-socks':
      case 'bridges':
      case 'always-on':
      case 'test-service':
      case 'erase':
        this.#questions.answer(message);
        return;
      case 'access-in-force':
        this.#events.accessInForce(message.version);
        return;
      case 'rejected':
        // The host did nothing with a message of ours; the state it reports stays what it was.
        return;
    }
  }

  #giveUp(code: Code): void {
    this.#refusal = { code };
    this.#port?.disconnect();
    this.#closed(undefined);
  }

  #closed(port: Runtime.Port | undefined): void {
    if (port && port !== this.#port) return;
    clearTimeout(this.#timer);
    this.#port = undefined;
    this.#tunnel?.fail();
    this.#tunnel = undefined;
    this.#questions.fail();
    this.#tor = idleTorStatus;
    this.#events.tor(this.#tor);
    this.#setState({
      phase: 'missing',
      ...(this.#refusal ?? { code: this.#wasConnected ? 'host-lost' : 'host-missing' }),
    });
    // The one we have just left may take a moment to let go of the data.
    const leaves = this.#restarted && this.#refusal?.code === 'data-in-use';
    if (this.#wasConnected && (this.#refusal === undefined || leaves)) {
      const delay = reconnectDelays[Math.min(this.#failures, reconnectDelays.length - 1)];
      this.#failures += 1;
      this.#timer = setTimeout(() => this.connect(), delay);
    }
  }

  #setState(state: HostState): void {
    this.#state = state;
    this.#events.state(state);
    if (state.phase !== 'connecting') {
      for (const resolve of this.#settled) resolve();
      this.#settled = [];
    }
  }
}
