import { parseAddress } from '../domain/address.ts';
import { CodedError } from '../protocol/codes.ts';
import { replicationPort } from '../protocol/virtual-ports.ts';

/**
 * The one kind of URL that replication ever asks for: `http://<v3 address>.onion:25984/…`.
 * Throws CodedError 'malformed' for an address or a path that would lead anywhere else.
 */
export function onionUrl(address: string, path: string): string {
  const parsed = parseAddress(address);
  if (!parsed.ok) throw new CodedError('malformed', 'onion address');
  const origin = `http://${parsed.value}:${replicationPort}`;
  const url = URL.canParse(path, origin) ? new URL(path, origin) : undefined;
  if (!path.startsWith('/') || url?.origin !== origin || url.username !== '') {
    throw new CodedError('malformed', 'onion path');
  }
  return url.href;
}
