import {
  bridgeLimits,
  formatBridge,
  parseBridge,
  type BridgeSettings,
} from '../../src/protocol/bridges.ts';
import { CodedError, type Code } from '../../src/protocol/codes.ts';
import type { TorStatus } from '../../src/protocol/tor-status.ts';
import { readBridges, writeBridges } from './bridge-file.ts';
import { torRestriction, type Environment } from './candidates.ts';
import { systemClock, type Clock } from './clock.ts';
import { diagnoseTor, type TorDiagnosis } from './diagnose.ts';
import type { Spawn } from './own-tor.ts';
import type { LocalEndpoint, ServiceWish } from './service-wish.ts';
import { TorKeeper } from './tor-keeper.ts';
import { planBridges } from './transport-programs.ts';

export interface TorManagerOptions {
  /** The host's own environment: where Tor's variables, HOME, PATH and NETWORK25_TOR are read. */
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  readonly uid?: number;
  /** The host's data directory: our own tor lives in `tor/` below it and reads `torrc` beside that. */
  readonly dataDirectory: string;
  readonly endpoint: LocalEndpoint;
  readonly spawn: Spawn;
  readonly clock?: Clock;
  /** Called with every change from `look` on, never after `close`. */
  onStatus(status: TorStatus): void;
}

/** The one thing the host's main program uses of Tor. */
export interface TorManager {
  /**
   * Starts looking for a Tor and keeps one from then on: when it is lost, it is looked for again.
   * Resolves with the status when this look has found one or given up. While a Tor is held that is not
   * our own, only a `password` makes it look again, at the places before the one that is held, which is
   * kept until another lets us in. Our own gives way to any other.
   */
  look(password?: string): Promise<TorStatus>;
  /** Wishes for this service; it is brought up, and up again, on whatever Tor there is. Status tells how it goes. */
  publish(wish: ServiceWish): void;
  /** Resolves when Tor has been told. */
  unpublish(): Promise<void>;
  status(): TorStatus;
  /** The bridges our own tor goes by. Rejects with CodedError `bridges-unreadable`. */
  bridges(): Promise<BridgeSettings>;
  /**
   * Keeps other bridges (none: enter Tor as everybody does) and starts our own tor again with them, if it
   * is in use. Rejects with CodedError `bridge-malformed` or `data-unwritable`; then nothing is changed.
   */
  setBridges(lines: readonly string[]): Promise<BridgeSettings>;
  /** Calls at our own address through Tor, at most for a minute; gives why nobody of ours answered. */
  test(): Promise<Code | undefined>;
  /** What `doctor` shows; looks at everything, starts and changes nothing. Needs no `look` before it. */
  diagnose(): Promise<TorDiagnosis>;
  /** Ends the service, the connection and our own tor. */
  close(): Promise<void>;
}

/** Throws CodedError `malformed` when NETWORK25_TOR has a value it does not know. */
export function createTorManager(options: TorManagerOptions): TorManager {
  const { environment, platform, uid, dataDirectory, endpoint, spawn } = options;
  torRestriction(environment);
  const around = { environment, platform, ...(uid === undefined ? {} : { uid }) };
  const closing = new AbortController();
  const keeper = new TorKeeper({
    around,
    dataDirectory,
    endpoint,
    spawn,
    clock: options.clock ?? systemClock,
    signal: closing.signal,
    onStatus: (status) => options.onStatus(status),
  });
  let running: Promise<void> | undefined;

  const bridges = async (): Promise<BridgeSettings> => {
    const set = await readBridges(dataDirectory);
    const { missing } = await planBridges(set, around);
    return { lines: set.map(formatBridge), missing: [...missing] };
  };
  const setBridges = async (lines: readonly string[]): Promise<BridgeSettings> => {
    const set = lines.flatMap((line) => parseBridge(line) ?? []);
    if (set.length < lines.length || set.length > bridgeLimits.lines)
      throw new CodedError('bridge-malformed');
    await writeBridges(dataDirectory, set);
    if (running !== undefined) await keeper.restartOwn();
    return bridges();
  };

  return {
    look: async (password) => {
      const settled = keeper.look(password);
      running ??= keeper.run();
      await settled;
      return keeper.status;
    },
    publish: (wish) => void keeper.want(wish),
    unpublish: () => keeper.want(undefined),
    status: () => keeper.status,
    bridges,
    setBridges,
    test: () => keeper.test(),
    diagnose: () => diagnoseTor({ around, dataDirectory, spawn, ...keeper.knowledge }),
    close: async () => {
      closing.abort();
      await keeper.end();
      await running;
    },
  };
}
