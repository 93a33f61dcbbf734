import { readFile } from 'node:fs/promises';
import { CodedError } from '../../src/protocol/codes.ts';
import type { SocksAddress, TorAttempt } from '../../src/protocol/tor-status.ts';
import { isLoopback } from './candidates.ts';
import type { ControlConnection } from './control-connection.ts';
import { controlEvents, type ControlEvents } from './control-events.ts';
import { quotedList } from './control-values.ts';

/** One Tor we are authenticated at. */
export interface TorSession {
  readonly source: TorAttempt['origin'];
  /** Its control port, as a person names it. */
  readonly control: string;
  readonly version: string;
  /** Its first SOCKS listener on a loopback port. */
  readonly socks?: SocksAddress;
  /** Whether this Tor can be told to connect to a unix socket in our data directory. */
  readonly reachesUnixSockets: boolean;
  /** How many bridges it may enter its network by, when it is our own; 0 for others, whose bridges are their own. */
  readonly bridges: number;
  readonly connection: ControlConnection;
  readonly events: ControlEvents;
  /** One `GETINFO` value; rejects with CodedError `tor-refused` when this Tor does not tell it. */
  info(key: string): Promise<string>;
  /** Resolves when the Tor or our connection to it is gone. */
  readonly ended: Promise<void>;
  /** Lets go of this Tor: its services of ours end, and our own tor itself too. */
  end(): Promise<void>;
}

interface SessionStart {
  source: TorSession['source'];
  control: string;
  version: string;
  connection: ControlConnection;
  /** Our own process, when this Tor is ours. */
  own?: { ended: Promise<void>; stop(): Promise<void>; bridges: number };
  platform: NodeJS.Platform;
  uid: number | undefined;
}

/** Asks an authenticated Tor for what we need to know of it. */
export async function startSession(start: SessionStart): Promise<TorSession> {
  const { connection, own } = start;
  const info = (key: string) => getInfo(connection, key);
  const socks = firstLoopback(await listeners(connection));
  return {
    source: start.source,
    control: start.control,
    version: start.version,
    ...(socks === undefined ? {} : { socks }),
    reachesUnixSockets: own !== undefined || (await sharesOurFiles(start, info)),
    bridges: own?.bridges ?? 0,
    connection,
    events: controlEvents(connection),
    info,
    ended: connection.closed,
    end: async () => {
      connection.close();
      await (own?.stop() ?? connection.closed);
    },
  };
}

/** One `GETINFO` value as Tor gives it; several lines are joined by newlines. */
export async function getInfo(connection: ControlConnection, key: string): Promise<string> {
  const { status, lines } = await connection.ask(`GETINFO ${key}`);
  const line = lines.find(({ text }) => text.startsWith(`${key}=`));
  if (status !== 250 || line === undefined) throw new CodedError('tor-refused', key);
  return line.data === undefined ? line.text.slice(key.length + 1) : line.data.join('\n');
}

/** A Tor's SOCKS listeners as it names them; none when it does not tell (a filtered control port). */
export async function listeners(connection: ControlConnection): Promise<string[]> {
  try {
    return quotedList(await getInfo(connection, 'net/listeners/socks'));
  } catch (error) {
    if (error instanceof CodedError && error.code === 'tor-refused') return [];
    throw error;
  }
}

function firstLoopback(all: readonly string[]): SocksAddress | undefined {
  for (const listener of all) {
    const [, host = '', port = ''] = /^\[?([0-9a-f.:]+?)\]?:(\d{1,5})$/.exec(listener) ?? [];
    if (isLoopback(host)) return { host, port: Number(port) };
  }
  return undefined;
}

/**
 * Whether a Tor we did not start can enter our data directory (mode 0700): it must run as the same
 * user and in no sandbox. When that can't be known, the answer is no, and a loopback port serves.
 */
async function sharesOurFiles(
  { platform, uid }: SessionStart,
  info: (key: string) => Promise<string>,
): Promise<boolean> {
  if (uid === undefined || platform === 'win32') return false;
  try {
    if (Number(await info('process/uid')) !== uid) return false;
    if (platform !== 'linux') return true;
    const process = `/proc/${Number(await info('process/pid'))}`;
    // In a container of its own (Flatpak) the number is another process's, or nobody's.
    if ((await readFile(`${process}/comm`, 'utf8')).trim() !== 'tor') return false;
    return await isUnconfined(`${process}/attr/current`);
  } catch {
    return false;
  }
}

/** Distributions confine Tor and Tor Browser with AppArmor; without AppArmor there is nothing to read. */
async function isUnconfined(file: string): Promise<boolean> {
  try {
    return (await readFile(file, 'latin1')).startsWith('unconfined');
  } catch {
    return true;
  }
}
