import { toBase64, toBase64Url } from '../domain/bytes.ts';
import { deriveKey } from '../domain/hash.ts';
import { expandedKeyForTor } from '../domain/identity.ts';
import type { HostConnection } from './host/connection.ts';
import type { Life, LifeParts } from './life.ts';

/** All that a host needs for this life, if there is one. Over its own restart it keeps none of it that it could use by itself. */
export function tellHost(host: HostConnection, life: Life): void {
  if (host.state.phase !== 'connected') return;
  const { identity } = life.person.context.me;
  const { address } = identity;
  life.tellHost();
  host.send({ type: 'public-face', on: life.publicFace, address });
  const expandedKey = toBase64(expandedKeyForTor(identity.root));
  host.send({ type: 'publish', expandedKey, address });
}

/** What of a life goes through the host. */
export function throughHost(
  host: HostConnection,
  vaultKey: () => Uint8Array,
): Pick<LifeParts, 'hostFetch' | 'hostIsThere' | 'grant' | 'lend'> {
  // The host never has the vault's own key, and what it kept opens no more when that is another.
  const key = () => toBase64Url(deriveKey(vaultKey(), 'host-access'));
  return {
    hostFetch: host.fetch,
    hostIsThere: () => host.state.phase === 'connected',
    grant: (list) => host.send({ type: 'access', list, key: key() }),
    lend: (loan) =>
      host.send(loan ? { type: 'lend-transport-key', loan } : { type: 'take-back-transport-key' }),
  };
}
