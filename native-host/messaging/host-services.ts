import type { AccessList } from '../../src/protocol/access-list.ts';
import type { Brought } from '../../src/protocol/brought.ts';
import type { AccessInForce } from '../access-keeper.ts';
import type { BridgeSettings } from '../../src/protocol/bridges.ts';
import type { Code } from '../../src/protocol/codes.ts';
import type { Hello, TransportLoan } from '../../src/protocol/native-messages.ts';
import type { TorStatus } from '../../src/protocol/tor-status.ts';

/** A request of the add-on, whole; it speaks to the endpoint with the owner's rights. */
export interface TunnelRequest {
  method: string;
  /** With its query, as in a request line. */
  path: string;
  headers: Record<string, string>;
  body: string;
  /** Aborted when the add-on cancels or goes away. */
  signal: AbortSignal;
}

export interface TunnelResponse {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** A text, or pieces as they come; an iteration that throws means that the answer can't be completed. */
  body: string | AsyncIterable<string>;
}

export type OwnerDoor = (request: TunnelRequest) => Promise<TunnelResponse>;

/**
 * What a session needs from the rest of the host once a data directory is open. Every method may throw
 * a CodedError, which becomes a `rejected` message; what Tor does shows in its status, not here.
 */
export interface HostServices {
  request: OwnerDoor;
  /** The key is standard base64; it goes to Tor and is never written down, unless `alwaysOn` was chosen. */
  publish: (expandedKey: string, address: string) => Promise<void>;
  unpublish: () => Promise<void>;
  /** In force at once, and sealed under this key on the disk when it resolves. */
  setAccess: (list: AccessList, key: Uint8Array) => Promise<AccessInForce>;
  /** In memory only, unless `alwaysOn` was chosen, and until it ends. */
  lendTransportKey: (loan: TransportLoan) => void;
  takeBackTransportKey: () => void;
  setPublicFace: (on: boolean, address: string) => void;
  lookForTor: (password: string | undefined) => Promise<void>;
  probeSocks: (host: string, port: number) => Promise<boolean>;
  /** What is set; with `lines`, after setting these. */
  bridges: (lines: readonly string[] | undefined) => Promise<BridgeSettings>;
  /** Whether what the host needs to come up by itself is kept on the disk; with `on`, from now on. Off erases it. */
  alwaysOn: (on: boolean | undefined) => Promise<boolean>;
  /** Why nobody of ours answers at our own address through Tor; undefined when all is well. */
  testService: () => Promise<Code | undefined>;
  /** Erases what is kept of another profile. Throws CodedError `data-in-use` while somebody serves it. */
  erase: (profile: string) => Promise<void>;
  /** Ends everything: the onion service, our own tor, the databases, the lock. Never throws. */
  close: () => Promise<void>;
}

export interface HostEvents {
  torStatus: (status: TorStatus) => void;
  peerSeen: (address: string) => void;
  brought: (brought: Brought) => void;
}

/**
 * Opens the data directory of one browser profile and starts what serves it. Throws CodedError
 * (`data-in-use`, `data-damaged`, `data-unwritable` …); gives up when the signal aborts.
 */
export type OpenHost = (
  greeting: Pick<Hello, 'profile' | 'temporary'>,
  events: HostEvents,
  signal: AbortSignal,
) => Promise<HostServices>;
