import { fromBase64Url, toBase64Url } from '../domain/bytes.ts';
import { createRoot, type Identity, identityFromRoot } from '../domain/identity.ts';
import { createDeviceKeys, decodeDeviceKeys, encodeDeviceKeys } from '../domain/keys.ts';
import type { Result } from '../domain/result.ts';
import { randomBytes } from '../domain/sodium.ts';
import { createVaultKey } from '../domain/vault/seal.ts';
import { CodedError } from '../protocol/codes.ts';
import type { Me } from './app/context.ts';
import type { StoredKeys } from './local-settings.ts';

/** The keys as they are used; `storage.local` has them as text. */
export interface Keys {
  readonly me: Me;
  readonly vault: Uint8Array;
}

/** @param root of an identity that comes back; without, a new one begins */
export function createKeys(root = createRoot(randomBytes)): StoredKeys {
  return {
    version: 1,
    root: toBase64Url(root),
    device: newDevice(),
    vault: toBase64Url(createVaultKey(randomBytes)),
  };
}

/**
 * The same identity on a device that has lost its past: a new device key begins a new chain in every
 * space, so that an honest person never looks like a forger.
 */
export function withNewDevice(keys: StoredKeys): StoredKeys {
  return { ...keys, device: newDevice() };
}

/**
 * The same device with a new identity. The old one goes along until its friends' letters are written:
 * whatever dies in between, the next start goes on.
 */
export function withNewAddress(keys: StoredKeys): StoredKeys {
  return { ...keys, root: toBase64Url(createRoot(randomBytes)), leaving: keys.root };
}

/** Once the letters are written the key of the old address is good for nothing but being stolen. */
export function withoutOldAddress({ version, root, device, vault }: StoredKeys): StoredKeys {
  return { version, root, device, vault };
}

/** Throws CodedError `data-damaged` if they don't decode. */
export function openKeys(stored: StoredKeys): Keys {
  const { leaving } = stored;
  return {
    me: {
      identity: identityOf(stored.root),
      device: need(decodeDeviceKeys(need(fromBase64Url(stored.device)))),
      ...(leaving === undefined ? {} : { leaving: identityOf(leaving) }),
    },
    vault: need(fromBase64Url(stored.vault)),
  };
}

function identityOf(root: string): Identity {
  return identityFromRoot(need(fromBase64Url(root)));
}

function newDevice(): string {
  return toBase64Url(encodeDeviceKeys(createDeviceKeys(randomBytes)));
}

function need<T>(result: Result<T>): T {
  if (!result.ok) throw new CodedError('data-damaged', 'keys');
  return result.value;
}
