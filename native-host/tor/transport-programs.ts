import { symlink, rm } from 'node:fs/promises';
import { basename, posix, win32 } from 'node:path';
import type { Bridge, Transport } from '../../src/protocol/bridges.ts';
import type { Surroundings } from './candidates.ts';
import { firstProgram, programFolders } from './tor-binaries.ts';

/**
 * The programs that carry each transport, the better first. Tor Browser's lyrebird carries all of them;
 * Debian has obfs4proxy and snowflake-client.
 */
const programs: Record<Transport, readonly string[]> = {
  obfs4: ['lyrebird', 'obfs4proxy'],
  meek_lite: ['lyrebird', 'obfs4proxy'],
  webtunnel: ['webtunnel-client', 'lyrebird'],
  snowflake: ['snowflake-client', 'lyrebird'],
};

/** What of some bridges can be used on this machine. */
export interface BridgePlan {
  readonly usable: readonly Bridge[];
  /** Program → what it is to carry. */
  readonly programs: ReadonlyMap<string, readonly Transport[]>;
  /** Transports no program was found for. */
  readonly missing: readonly Transport[];
}

/** Looks for the programs that these bridges need; starts none. */
export async function planBridges(
  bridges: readonly Bridge[],
  around: Surroundings,
): Promise<BridgePlan> {
  const needed = [...new Set(bridges.flatMap(({ transport }) => transport ?? []))];
  const carriers = new Map<string, Transport[]>();
  const missing: Transport[] = [];
  for (const transport of needed) {
    const path = await findTransport(transport, around);
    if (path === undefined) missing.push(transport);
    else carriers.set(path, [...(carriers.get(path) ?? []), transport]);
  }
  const usable = bridges.filter(
    ({ transport }) => transport === undefined || !missing.includes(transport),
  );
  return { usable, programs: carriers, missing };
}

async function findTransport(
  transport: Transport,
  around: Surroundings,
): Promise<string | undefined> {
  const paths = around.platform === 'win32' ? win32 : posix;
  const suffix = around.platform === 'win32' ? '.exe' : '';
  const folders = programFolders(around);
  return firstProgram(
    programs[transport].flatMap((name) =>
      folders.map((folder) => paths.join(folder, `${name}${suffix}`)),
    ),
  );
}

/**
 * A path as ClientTransportPlugin takes it. It knows no quotes, so a program whose path has a space gets a
 * link in tor's own folder, where tor is started. Gives undefined where there can be no links.
 */
export async function plainPath(path: string, torFolder: string): Promise<string | undefined> {
  if (/^[\x21-\x7e]+$/.test(path) && !/["#]/.test(path)) return path;
  const name = `pt-${basename(path)}`;
  try {
    await rm(posix.join(torFolder, name), { force: true });
    await symlink(path, posix.join(torFolder, name));
    return `./${name}`;
  } catch {
    return undefined;
  }
}
