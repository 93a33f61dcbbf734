import { useState } from 'preact/hooks';
import { backupReminders, type BackupView } from '../../protocol/page-calls/backup.ts';
import { call } from '../../ui/client/call.ts';
import { saveBlob } from '../../ui/client/read-file.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import { Notice } from '../../ui/components/notice.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { Progress } from '../../ui/components/progress.tsx';
import { Select } from '../../ui/components/select.tsx';
import { absoluteTime } from '../../ui/format/time.ts';
import { language, t } from '../../ui/i18n/i18n.ts';
import { passphraseHint } from '../../ui/words/passphrase.ts';
import { makeBackupFile } from './backup-file.ts';

/** Making a backup, and when the last one was made. */
export function MakePanel({ backup }: { backup: BackupView }) {
  const [by, setBy] = useState('words');
  const [passphrase, setPassphrase] = useState('');
  const [percent, setPercent] = useState<number>();
  const [saved, setSaved] = useState<string>();
  const make = useAction(async () => {
    setSaved(undefined);
    await makeBackupFile(by === 'words' ? null : passphrase, setPercent, (file) => {
      const name = `network25-${new Date().toISOString().slice(0, 10)}.age`;
      saveBlob(name, file);
      setSaved(name);
    });
    setPassphrase('');
    announce(t('backup_made'));
  });
  const { last } = backup;
  return (
    <Panel title={t('backup_make_title')} text={t('backup_make_text')}>
      <p>
        {last === null ? t('backup_never') : t('backup_last', absoluteTime(last.made, language))}
      </p>
      <Select
        label={t('backup_opened_by')}
        hint={t(by === 'words' ? 'backup_by_words_hint' : 'backup_by_passphrase_hint')}
        value={by}
        choices={[
          { value: 'words', label: t('backup_by_words') },
          { value: 'passphrase', label: t('backup_by_passphrase') },
        ]}
        onChange={setBy}
      />
      {by === 'passphrase' && (
        <Field
          label={t('backup_its_passphrase')}
          hint={t(passphraseHint(passphrase, 'passphrase_hint'))}
          value={passphrase}
          secret
          onChange={setPassphrase}
        />
      )}
      {make.busy && <Progress label={t('backup_making')} percent={percent} />}
      <FailureNote failure={make.failure} />
      {saved !== undefined && !make.busy && (
        <Notice
          tone="good"
          icon="check"
          title={t('backup_saved', saved)}
          text={t('backup_saved_text')}
        />
      )}
      <div class="actions">
        <Button
          kind="primary"
          busy={make.busy || (by === 'passphrase' && passphrase === '')}
          onClick={() => void make.run()}
        >
          {t('backup_make')}
        </Button>
      </div>
      <Reminder backup={backup} />
    </Panel>
  );
}

function Reminder({ backup: { every } }: { backup: BackupView }) {
  const change = useAction((value: string) => {
    const chosen = (['7', '30', '90', 'null'] as const).find((one) => one === value);
    return call('setBackupReminder', { every: chosen ?? 'null' });
  });
  return (
    <>
      <Select
        label={t('backup_remind')}
        value={String(every)}
        choices={backupReminders.map((days) => ({
          value: String(days),
          label: days === null ? t('backup_remind_never') : t('backup_remind_days', String(days)),
        }))}
        onChange={(value) => void change.run(value)}
      />
      <FailureNote failure={change.failure} />
    </>
  );
}
