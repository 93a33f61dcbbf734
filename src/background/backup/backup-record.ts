import * as v from 'valibot';
import {
  type BackupReminder,
  backupReminders,
  type BackupView,
} from '../../protocol/page-calls/backup.ts';
import type { Vault } from '../../store/ports.ts';
import { decodeRecord } from '../app/records.ts';
import { backupSetting } from './left-out.ts';

/** `setting/backup` */
const backupRecord = v.strictObject({
  every: v.picklist(backupReminders.map(String)),
  last: v.nullable(v.strictObject({ number: v.number(), made: v.number() })),
});

const usual: BackupReminder = 30;
const day = 86_400_000;

export function backupView(vault: Pick<Vault, 'get'>): BackupView {
  const record = decodeRecord(backupRecord, vault.get(backupSetting));
  if (!record) return { every: usual, last: null };
  const every = backupReminders.find((one) => String(one) === record.every);
  return { every: every === undefined ? usual : every, last: record.last };
}

export function keepBackupView(
  vault: Pick<Vault, 'put'>,
  { every, last }: BackupView,
): Promise<void> {
  return vault.put(backupSetting, { every: String(every), last });
}

/** Whether the person is to be reminded: there is something to lose, and the last backup is too old or none. */
export function isBackupDue(
  { every, last }: BackupView,
  hasFriends: boolean,
  now: number,
): boolean {
  if (every === null) return false;
  return last === null ? hasFriends : Math.abs(now - last.made) > every * day;
}
