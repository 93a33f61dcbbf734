import type { ServiceStatus } from '../../src/protocol/tor-status.ts';

/** The onion service a person wants up. The key stays in memory and goes to Tor only. */
export interface ServiceWish {
  /** `<56>.onion`; Tor's answer must equal it. */
  readonly address: string;
  /** The 64-byte expanded Ed25519 key, standard base64. */
  readonly expandedKey: string;
}

/** What a service is while there is no Tor to have it: none, on its way, or failed with the search. */
export function pendingService(
  wish: ServiceWish | undefined,
  code?: ServiceStatus['code'],
): ServiceStatus {
  if (wish === undefined) return { phase: 'none' };
  const { address } = wish;
  return code === undefined ? { phase: 'publishing', address } : { phase: 'failed', address, code };
}

/** Where the host's endpoint listens: a loopback port always, a unix socket where it can. */
export interface LocalEndpoint {
  readonly unixPath?: string;
  readonly port: number;
}

/** Tor's limit for a socket's path, less the byte that ends it. */
const longestSocketPath = 107;

/**
 * What a service's virtual ports lead to, as ADD_ONION wants it. A unix socket keeps other users of
 * the machine out; Tor refuses it when its path holds a space or a quote (512), and a comma would be
 * taken for a separator, so only plain characters pass.
 */
export function serviceTarget(endpoint: LocalEndpoint, reachesUnixSockets: boolean): string {
  const { unixPath, port } = endpoint;
  const usable =
    reachesUnixSockets &&
    unixPath !== undefined &&
    unixPath.length <= longestSocketPath &&
    /^\/[\w./@~+-]*$/.test(unixPath);
  return usable ? `unix:${unixPath}` : `127.0.0.1:${port}`;
}
