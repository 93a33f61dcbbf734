import * as v from 'valibot';
import { databaseNameField, textField } from '../fields.ts';
import { noArguments } from './arguments.ts';

/** Bytes of a backup that go to the background in one call. */
export const backupPieceBytes = 1_048_576;

/** Days between reminders that can be chosen; `null` for none. */
export const backupReminders = [7, 30, 90, null] as const;
export type BackupReminder = (typeof backupReminders)[number];
const backupReminderField = v.picklist(['7', '30', '90', 'null']);

const jobId = v.pipe(v.string(), v.regex(/^[a-z2-7]{26}$/));
const passphraseField = v.pipe(textField(1_000), v.minLength(1));

/** What opens a backup: its own passphrase, or the recovery words; neither where it is of who is here. */
const secretField = v.strictObject({
  words: v.exactOptional(textField(1_000)),
  passphrase: v.exactOptional(textField(1_000)),
});
export type BackupSecret = v.InferOutput<typeof secretField>;

/** Backups, made and restored. One is made and one restored at a time: beginning another ends the one before. */
export const backupCalls = {
  backup: noArguments,
  /** The days as text, or `null` as text. */
  setBackupReminder: v.strictObject({ every: backupReminderField }),
  /** Without a passphrase the recovery words open it. */
  beginBackup: v.strictObject({ passphrase: v.nullable(passphraseField) }),
  /** The next bytes of the file. */
  readBackup: v.strictObject({ id: jobId }),
  /** `kept`: the person has the whole file. */
  endBackup: v.strictObject({ id: jobId, kept: v.boolean() }),

  /** `everything` for somebody new; `look` writes nothing; else these spaces, of who is here. */
  beginRestore: v.strictObject({
    secret: secretField,
    what: v.union([
      v.picklist(['everything', 'look']),
      v.pipe(v.array(databaseNameField), v.maxLength(10_000)),
    ]),
  }),
  /** The next bytes of the file, in order. */
  addToRestore: v.strictObject({
    id: jobId,
    bytes: v.pipe(
      v.instance(Uint8Array),
      v.check((bytes) => bytes.length > 0 && bytes.length <= backupPieceBytes),
    ),
  }),
  /** All has come: from now on it counts. Who begins with it keeps their keys behind this passphrase, or openly. */
  finishRestore: v.strictObject({ id: jobId, passphrase: v.nullable(passphraseField) }),
  /** Nothing of it stays. */
  dropRestore: v.strictObject({ id: jobId }),
} as const;

export interface BackupResults {
  backup: BackupView;
  setBackupReminder: null;
  beginBackup: { id: string };
  readBackup: BackupPiece;
  endBackup: null;
  beginRestore: { id: string };
  addToRestore: null;
  finishRestore: RestoredView;
  dropRestore: null;
}

export interface BackupView {
  every: BackupReminder;
  /** The last one that was kept. */
  last: { number: number; made: number } | null;
}

export interface BackupPiece {
  bytes: Uint8Array;
  done: boolean;
  /** How many documents are in it by now, of how many there were when it was begun. */
  documents: number;
  of: number;
}

export interface RestoredView {
  number: number;
  /** Milliseconds since 1970. */
  made: number;
  address: string;
  documents: number;
  /** Those that its person saw. */
  spaces: { name: string; title: string; kind: string; here: boolean }[];
}
