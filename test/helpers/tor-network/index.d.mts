/** A tor of the private network that somebody can use: SOCKS and control on loopback ports. */
export interface TorClient {
  readonly name: string;
  readonly pid: number;
  readonly socksPort: number;
  readonly controlPort: number;
  readonly dataDirectory: string;
  readonly cookieFile: string;
  /** Resolves when its bootstrap is complete. */
  readonly ready: () => Promise<void>;
  /** Ends it at once (SIGKILL), as a crash would. */
  readonly kill: () => Promise<void>;
}

/** A relay that is in no directory. */
export interface TorBridge {
  readonly orPort: number;
  /** 40 hexadecimal digits. */
  readonly fingerprint: string;
  /** Resolves when it has the network's directory, which its clients get from it. */
  readonly ready: () => Promise<void>;
  /** Ends it at once. */
  readonly kill: () => Promise<void>;
}

export interface TorNetwork {
  /** Holds everything the network writes; gone after `stop`. */
  readonly folder: string;
  /** The clients asked for, bootstrapped. */
  readonly clients: TorClient[];
  /** The torrc lines a tor started by somebody else needs to join (an own tor reads `<data>/torrc`). */
  readonly torrcForOwnTor: string;
  /** Gives a new tor's data directory what it would otherwise download first; saves some seconds. */
  readonly seedDirectory: (dataDirectory: string) => Promise<void>;
  /**
   * One more client; comes back when its ports are open, see `ready()`. A name used before, once that
   * client has been killed, starts it again with its old data directory.
   */
  readonly startClient: (options: {
    name: string;
    socksPort?: number;
    controlPort?: number;
    /** Further torrc lines. */
    lines?: string[];
  }) => Promise<TorClient>;
  /** A bridge; comes back when its port is open, can be used from `ready()` on. */
  readonly startBridge: (options: {
    name: string;
    /** Further torrc lines. */
    lines?: string[];
  }) => Promise<TorBridge>;
  /** Ends every process of the network and removes its folder. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a private Tor network on loopback; about 7 s until its clients are bootstrapped. Needs `tor`
 * and `tor-gencert`. Throws, with everything cleaned up, when it does not get up within a minute.
 * Works as plain JavaScript in Node 20, without a build.
 */
export function startTorNetwork(options?: {
  /** How many clients; 2 unless told. */
  clients?: number;
  /** How many relays beside the authority: at least 4, or there are no circuits. 4 unless told. */
  relays?: number;
  /** The tor program; `tor-gencert` is looked for beside it by name. */
  tor?: string;
}): Promise<TorNetwork>;

/** So many different ports that are free on 127.0.0.1 right now. */
export function freePorts(count: number): Promise<number[]>;
