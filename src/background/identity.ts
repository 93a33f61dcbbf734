import { fromBase64Url, toBase64Url } from '../domain/bytes.ts';
import { createRoot, identityFromRoot } from '../domain/identity.ts';
import { createDeviceKeys, decodeDeviceKeys, encodeDeviceKeys } from '../domain/keys.ts';
import type { Result } from '../domain/result.ts';
import { randomBytes } from '../domain/sodium.ts';
import { createVaultKey } from '../domain/vault/seal.ts';
import { CodedError } from '../protocol/codes.ts';
import type { Me } from './app/context.ts';
import type { StoredKeys } from './local-settings.ts';

/** The keys as they are used; `storage.local` has them as text. */
export interface Keys extends Me {
  readonly vault: Uint8Array;
}

export function createKeys(): StoredKeys {
  return {
    version: 1,
    root: toBase64Url(createRoot(randomBytes)),
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

/** Throws CodedError `data-damaged` if they don't decode. */
export function openKeys(stored: StoredKeys): Keys {
  return {
    identity: identityFromRoot(need(fromBase64Url(stored.root))),
    device: need(decodeDeviceKeys(need(fromBase64Url(stored.device)))),
    vault: need(fromBase64Url(stored.vault)),
  };
}

function newDevice(): string {
  return toBase64Url(encodeDeviceKeys(createDeviceKeys(randomBytes)));
}

function need<T>(result: Result<T>): T {
  if (!result.ok) throw new CodedError('data-damaged', 'keys');
  return result.value;
}
