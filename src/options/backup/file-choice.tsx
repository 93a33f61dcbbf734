import { useId } from 'preact/hooks';
import type { BackupSecret } from '../../protocol/page-calls/backup.ts';
import { Field } from '../../ui/components/field.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { openedBy } from './backup-file.ts';

/** A backup that the person has chosen, and what they say opens it. */
export interface Chosen {
  readonly file: File;
  readonly by: 'words' | 'passphrase';
  readonly secret: string;
}

interface FileChoiceProps {
  chosen: Chosen | undefined;
  onChange: (chosen: Chosen) => void;
  /** Who is here needs no words for a backup of their own. */
  ownWords: boolean;
}

/** The file, and what opens it: asked for only where it is needed. */
export function FileChoice({ chosen, onChange, ownWords }: FileChoiceProps) {
  const id = useId();
  const choose = async (file: File) => onChange({ file, by: await openedBy(file), secret: '' });
  const asks = chosen !== undefined && (chosen.by === 'passphrase' || !ownWords);
  return (
    <>
      <div class="field">
        <label class="field__label" for={id}>
          {t('backup_choose')}
        </label>
        <input
          id={id}
          type="file"
          class="input"
          accept=".age"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            if (file) void choose(file);
          }}
        />
      </div>
      {asks && chosen.by === 'words' && (
        <Field
          key="words"
          label={t('backup_words')}
          hint={t('backup_words_hint')}
          value={chosen.secret}
          lines={3}
          mono
          onChange={(secret) => onChange({ ...chosen, secret })}
        />
      )}
      {asks && chosen.by === 'passphrase' && (
        <Field
          key="passphrase"
          label={t('backup_its_passphrase')}
          value={chosen.secret}
          secret
          onChange={(secret) => onChange({ ...chosen, secret })}
        />
      )}
    </>
  );
}

export function secretOf({ by, secret }: Chosen): BackupSecret {
  if (by === 'passphrase') return { passphrase: secret };
  return secret === '' ? {} : { words: secret };
}
