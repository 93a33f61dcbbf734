import { once } from 'node:events';
import { resolve } from 'node:path';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { CodedError } from '../../src/protocol/codes.ts';
import { createAccessControl } from '../endpoint/access/access.ts';
import { createEndpoint } from '../endpoint/endpoint.ts';
import { type OpenDoor, openOpenDoor } from '../endpoint/doors/server.ts';
import { isFileError } from '../file-errors.ts';
import { openStore } from '../store/store.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type AddressMistake, type LoopbackAddress, parseLoopback } from './listen-address.ts';

export interface ServeOptions {
  data: string | undefined;
  listen: string | undefined;
  unsafeOpen: boolean;
}

/**
 * Answers the replication API from one folder for anyone on this computer, without access rules, until
 * it is told to end (Ctrl-C, SIGTERM). For trying other people's clients.
 */
export async function serve({ data, listen, unsafeOpen }: ServeOptions): Promise<ExitCode> {
  if (data === undefined) return misunderstood('Name a folder for the databases: --data DIR');
  const address = parseLoopback(listen ?? '');
  if (typeof address === 'string') return misunderstood(mistakes[address]);
  if (!unsafeOpen) {
    return misunderstood(
      'This opens the databases to every program on this computer. If you want that, say --unsafe-open.',
    );
  }
  return serveUntilTold(resolve(data), address);
}

const mistakes: Record<AddressMistake, string> = {
  'not-an-address': 'Say where to listen: --listen 127.0.0.1:PORT',
  'not-loopback': 'This door has no lock: it opens for this computer only, at 127.0.0.1 or [::1].',
  'no-such-port': 'A port is a number from 0 to 65535.',
};

function misunderstood(sentence: string): ExitCode {
  console.error(sentence);
  return exitCodes.usage;
}

async function serveUntilTold(data: string, address: LoopbackAddress): Promise<ExitCode> {
  await sodiumReady();
  try {
    const store = await openStore(data);
    const endpoint = createEndpoint({ store, access: createAccessControl() });
    try {
      const door = await openOpenDoor(endpoint, address);
      console.log(`Serving ${data} to everyone on this computer at ${addressOf(door)}`);
      await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
      await door.close();
    } finally {
      endpoint.close();
      await store.close();
    }
    return exitCodes.done;
  } catch (error) {
    console.error(whyNot(error, address));
    return exitCodes.failed;
  }
}

function addressOf({ place }: OpenDoor): string {
  return `http://${place.host.includes(':') ? `[${place.host}]` : place.host}:${place.port}/`;
}

/** Throws on what we did not expect: that is a fault of ours, and its trace is wanted. */
function whyNot(error: unknown, { host, port }: LoopbackAddress): string {
  if (error instanceof CodedError) return `The folder can't be used: ${error.message}`;
  if (isFileError(error, 'EADDRINUSE')) return `Something else listens at ${host}:${port}.`;
  if (isFileError(error, 'EACCES')) return `This account may not listen at port ${port}.`;
  throw error;
}
