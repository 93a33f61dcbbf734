/**
 * What of the vault is in no backup. Ratchets (`conversation/`) and the secrets that starts were made for
 * (`own/pre-keys/`): a ratchet that is set back would use keys twice, so conversations start afresh with the
 * new device's keys, and what was sealed for the old ones opens nowhere any more. Stored forms (`form/`) are
 * worked out again. `setting/backup` is told anew by each backup.
 */
const leftOut = ['conversation/', 'own/pre-keys/', 'form/', 'attaching/', 'restoring/', 'purging/'];

export function isBackedUp(name: string): boolean {
  return name !== backupSetting && !leftOut.some((prefix) => name.startsWith(prefix));
}

/** Of the reminder, and of the last backup. */
export const backupSetting = 'setting/backup';

/** Whether an entry is about one of these spaces, and of no use without it. */
export function isOfSpaces(name: string, spaces: ReadonlySet<string>): boolean {
  return isBackedUp(name) && name.split('/').some((part) => spaces.has(part));
}

/** A space that is being restored beside others. */
export function restoringEntry(space: string): string {
  return `restoring/${space}`;
}
