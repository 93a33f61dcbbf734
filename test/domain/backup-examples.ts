import { recipientText, secretKeyText } from '../../src/domain/age/key-text.ts';
import { BackupWriter } from '../../src/domain/backup/container.ts';
import { backupSecretKey } from '../../src/domain/backup/key.ts';
import type { BackupRecord } from '../../src/domain/backup/record.ts';
import { fromUtf8 } from '../../src/domain/bytes.ts';
import { identityFromRoot } from '../../src/domain/identity.ts';
import { x25519PublicKey } from '../../src/domain/sodium.ts';
import { must } from './people.ts';

/** The worked examples of backup.md. */

type Lines = readonly (readonly [label: string, value: string | Uint8Array])[];

const { root, address } = identityFromRoot(Uint8Array.from({ length: 32 }, (_, at) => at));

function keyLines(): Lines {
  const secret = backupSecretKey(root);
  return [
    ['root', root],
    ['X25519 secret', secret],
    ['for age -i', secretKeyText(secret)],
    ['for age -r', recipientText(x25519PublicKey(secret))],
  ];
}

function containerLines(): Lines {
  const writer = new BackupWriter();
  const records: BackupRecord[] = [
    { is: 'header', number: 1, made: 1_700_000_000_000, address },
    { is: 'root', root },
    { is: 'entry', name: 'setting/public-face', value: true },
  ];
  const lines = [...records.map((record) => writer.write(record)), writer.finish()];
  return lines.map((line, at) => [`line ${at + 1}`, must(fromUtf8(line)).trimEnd()] as const);
}

export const backupExamples: Readonly<Record<string, Lines>> = {
  'backup-key': keyLines(),
  'backup-lines': containerLines(),
};
