import { deriveKey } from '../hash.ts';

/** The X25519 secret key that a backup is sealed to: it follows from the recovery words, and serves nothing else. */
export function backupSecretKey(root: Uint8Array): Uint8Array {
  return deriveKey(root, 'backup-key');
}
