import {
  backupPieceBytes,
  type BackupSecret,
  type RestoredView,
} from '../../protocol/page-calls/backup.ts';
import { call } from '../../ui/client/call.ts';

/** 0 to 100; `undefined` while nobody can say. */
export type TellPercent = (percent: number | undefined) => void;

/** Has the background make a backup and gives the file. Rejects as it does. */
export async function makeBackupFile(
  passphrase: string | null,
  tell: TellPercent,
  keep: (file: Blob) => void,
): Promise<void> {
  tell(undefined);
  const { id } = await call('beginBackup', { passphrase });
  // The browser keeps the pieces of a large one on the disk, if it may.
  let file = new Blob([], { type: 'application/octet-stream' });
  for (let done = false; !done;) {
    const piece = await call('readBackup', { id });
    file = new Blob([file, new Uint8Array(piece.bytes)], { type: file.type });
    tell(piece.of === 0 ? undefined : (100 * piece.documents) / piece.of);
    ({ done } = piece);
  }
  keep(file);
  await call('endBackup', { id, kept: true });
}

/** How a backup is opened. An age file says it in the lines it begins with. */
export async function openedBy(file: Blob): Promise<'words' | 'passphrase'> {
  const head = await file.slice(0, 100).text();
  return head.includes('\n-> scrypt ') ? 'passphrase' : 'words';
}

/**
 * Brings the file to the background, piece by piece, and resolves with what was in it. Rejects as it does.
 *
 * @param passphrase of who begins here with it; `null` for none
 */
export async function bringBackup(
  file: Blob,
  secret: BackupSecret,
  what: 'everything' | 'look' | string[],
  tell: TellPercent,
  passphrase: string | null = null,
): Promise<RestoredView> {
  const { id } = await call('beginRestore', { secret, what });
  for (let from = 0; from < file.size; from += backupPieceBytes) {
    tell((100 * from) / file.size);
    const piece = await file.slice(from, from + backupPieceBytes).arrayBuffer();
    await call('addToRestore', { id, bytes: new Uint8Array(piece) });
  }
  tell(undefined);
  return call('finishRestore', { id, passphrase });
}
