import { backupSecretKey } from '../../domain/backup/key.ts';
import { type AgeHeader, makeHeader } from '../../domain/age/header.ts';
import { PayloadSealer, payloadNonceBytes } from '../../domain/age/payload.ts';
import {
  createFileKey,
  createPassphraseLock,
  openWithKey,
  openWithPassphrase,
  type PassphraseLock,
  readPassphraseLock,
  sealToKey,
  sealToPassphrase,
} from '../../domain/age/recipients.ts';
import { concat } from '../../domain/bytes.ts';
import { rootFromPhrase } from '../../domain/recovery-phrase.ts';
import { type Random, x25519PublicKey } from '../../domain/sodium.ts';
import { CodedError } from '../../protocol/codes.ts';
import type { BackupSecret } from '../../protocol/page-calls/backup.ts';

/** scrypt, where nobody waits for it. */
export type StretchBackup = (passphrase: string, lock: PassphraseLock) => Promise<Uint8Array>;

export interface SealPorts {
  readonly random: Random;
  readonly stretch: StretchBackup;
}

/** What goes before the chunks of an age file, and what makes them. Without a passphrase the recovery words open it. */
export async function sealBackup(
  root: Uint8Array,
  passphrase: string | null,
  { random, stretch }: SealPorts,
): Promise<{ readonly head: Uint8Array; readonly sealer: PayloadSealer }> {
  const fileKey = createFileKey(random);
  const nonce = random(payloadNonceBytes);
  const stanza = async () => {
    if (passphrase === null) {
      return sealToKey(fileKey, x25519PublicKey(backupSecretKey(root)), random);
    }
    const lock = createPassphraseLock(random);
    return sealToPassphrase(fileKey, lock, await stretch(passphrase, lock));
  };
  const header = makeHeader([await stanza()], fileKey);
  return { head: concat(header, nonce), sealer: new PayloadSealer(fileKey, nonce) };
}

/**
 * The file key. Throws CodedErrors `backup-passphrase`, `words-unknown` for what are no recovery words,
 * `backup-others` for a file that these words or this identity doesn't open, `backup-damaged`.
 */
export async function openBackup(
  header: AgeHeader,
  secret: BackupSecret,
  own: Uint8Array | undefined,
  stretch: StretchBackup,
): Promise<Uint8Array> {
  const lock = readPassphraseLock(header);
  if (lock?.ok === false) throw new CodedError('backup-damaged');
  if (lock) {
    if (secret.passphrase === undefined) throw new CodedError('backup-passphrase');
    const stretched = await stretch(secret.passphrase, lock.value);
    const opened = openWithPassphrase(header, stretched);
    if (!opened.ok) {
      throw new CodedError(
        opened.code === 'undecryptable' ? 'backup-passphrase' : 'backup-damaged',
      );
    }
    return opened.value;
  }
  const opened = openWithKey(header, backupSecretKey(rootIn(secret, own)));
  if (!opened.ok) {
    throw new CodedError(opened.code === 'undecryptable' ? 'backup-others' : 'backup-damaged');
  }
  return opened.value;
}

function rootIn({ words }: BackupSecret, own: Uint8Array | undefined): Uint8Array {
  if (words === undefined && own) return own;
  const root = rootFromPhrase(words ?? '');
  if (!root.ok) throw new CodedError('words-unknown');
  return root.value;
}
