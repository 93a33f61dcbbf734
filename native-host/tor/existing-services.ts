import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../../src/protocol/codes.ts';
import type { ControlConnection } from './control-connection.ts';
import { unquote } from './control-values.ts';
import { replicationPort } from '../../src/protocol/virtual-ports.ts';
import { getInfo } from './tor-session.ts';

/** An onion service in a Tor's torrc. */
interface TorrcService {
  readonly directory: string;
  /** Unknown when its folder is not ours to read (a system Tor's). */
  readonly address?: string;
  readonly virtualPorts: readonly number[];
}

/** The onion services a Tor runs already. */
export interface ExistingServices {
  /** Added over some control port and left there. Tor does not tell their ports. */
  readonly detached: readonly string[];
  readonly torrc: readonly TorrcService[];
}

/**
 * `onions/detached` shows what control connections left, GETCONF what torrc has; no question shows a
 * service that belongs to another live control connection. A port that does not answer one of the
 * questions (filtered control ports) counts as having none there.
 */
export async function existingServices(connection: ControlConnection): Promise<ExistingServices> {
  const [detached, torrc] = await Promise.all([
    detachedServices(connection),
    torrcServices(connection),
  ]);
  return { detached, torrc };
}

/** Services on Network25's port that aren't `address`: named to the person, never served on. */
export function foreignServices(services: ExistingServices, address?: string): string[] {
  return services.torrc
    .filter((service) => service.virtualPorts.includes(replicationPort))
    .flatMap((service) => service.address ?? [])
    .filter((other) => other !== address)
    .slice(0, 100);
}

async function detachedServices(connection: ControlConnection): Promise<string[]> {
  try {
    const ids = await getInfo(connection, 'onions/detached');
    return ids
      .split('\n')
      .filter((id) => /^[a-z2-7]{56}$/.test(id))
      .map((id) => `${id}.onion`);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'tor-refused') return [];
    throw error;
  }
}

async function torrcServices(connection: ControlConnection): Promise<TorrcService[]> {
  const { status, lines } = await connection.ask('GETCONF HiddenServiceOptions');
  if (status !== 250) return [];
  const services: { directory: string; virtualPorts: number[] }[] = [];
  for (const { text } of lines) {
    const [, key, raw = ''] = /^(\w+)=(.*)$/.exec(text) ?? [];
    const value = unquote(raw);
    if (key === 'HiddenServiceDir') services.push({ directory: value, virtualPorts: [] });
    if (key === 'HiddenServicePort') services.at(-1)?.virtualPorts.push(Number.parseInt(value, 10));
  }
  return Promise.all(
    services.map(async (service) => {
      const address = await hostnameIn(service.directory);
      return address === undefined ? service : { ...service, address };
    }),
  );
}

async function hostnameIn(directory: string): Promise<string | undefined> {
  try {
    const text = (await readFile(join(directory, 'hostname'), 'latin1')).trim();
    return /^[a-z2-7]{56}\.onion$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
