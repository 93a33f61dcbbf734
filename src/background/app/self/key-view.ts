import { toHex } from '../../../domain/bytes.ts';
import type { KeyView } from '../../../protocol/page-calls.ts';

/** Hex in groups of four, for the eye. */
export function hexInGroups(bytes: Uint8Array): string {
  return (toHex(bytes).match(/.{4}/g) ?? []).join(' ');
}

/** The public keys of a person as pages show them. */
export function keyViews(keys: {
  readonly publicKey: Uint8Array;
  readonly device: Uint8Array;
  readonly encryption: Uint8Array;
}): KeyView[] {
  return [
    { use: 'identity', algorithm: 'Ed25519', value: hexInGroups(keys.publicKey) },
    { use: 'device', algorithm: 'Ed25519', value: hexInGroups(keys.device) },
    { use: 'encryption', algorithm: 'X25519', value: hexInGroups(keys.encryption) },
  ];
}
