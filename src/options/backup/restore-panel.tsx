import { useState } from 'preact/hooks';
import type { RestoredView } from '../../protocol/page-calls/backup.ts';
import { useAppState } from '../../ui/client/app-state.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import {
  NewPassphraseFields,
  NoPassphrase,
  useNewPassphrase,
} from '../../ui/components/new-passphrase.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { Progress } from '../../ui/components/progress.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { bringBackup } from './backup-file.ts';
import { type Chosen, FileChoice, secretOf } from './file-choice.tsx';
import { SpacesIn } from './spaces-in.tsx';

/** For somebody who begins here with a backup. */
export function RestorePanel({ onDone }: { onDone: (restored: RestoredView) => void }) {
  const [chosen, setChosen] = useState<Chosen>();
  const [percent, setPercent] = useState<number>();
  const { passphrase: isGuarded } = useAppState();
  const passphrase = useNewPassphrase(!isGuarded);
  const restore = useAction(async (behind: string | null) => {
    if (!chosen) return;
    onDone(await bringBackup(chosen.file, secretOf(chosen), 'everything', setPercent, behind));
  });
  const submit = (without: boolean) => {
    const behind = passphrase.decide(without);
    if (behind !== undefined) void restore.run(behind);
  };
  return (
    <Panel title={t('restore_title')} text={t('restore_text')}>
      <FileChoice
        chosen={chosen}
        ownWords={false}
        onChange={(next) => {
          setChosen(next);
          restore.forgive();
        }}
      />
      {chosen !== undefined && !isGuarded && (
        <NewPassphraseFields label={t('restore_passphrase')} chosen={passphrase} />
      )}
      {restore.busy && <Progress label={t('restore_busy')} percent={percent} />}
      <FailureNote failure={restore.failure} />
      {passphrase.warned && <NoPassphrase busy={restore.busy} onGoOn={() => submit(true)} />}
      {chosen !== undefined && !passphrase.warned && (
        <div class="actions">
          <Button
            kind="primary"
            busy={restore.busy || chosen.secret === ''}
            onClick={() => submit(false)}
          >
            {t('restore_all')}
          </Button>
        </div>
      )}
      <p class="small soft">{t('restore_afresh')}</p>
    </Panel>
  );
}

/** For who is here: what of a backup of theirs is missing. */
export function MissingPanel() {
  const [chosen, setChosen] = useState<Chosen>();
  const [percent, setPercent] = useState<number>();
  const [seen, setSeen] = useState<RestoredView>();
  const [wanted, setWanted] = useState<ReadonlySet<string>>(new Set());
  const look = useAction(async () => {
    if (chosen) setSeen(await bringBackup(chosen.file, secretOf(chosen), 'look', setPercent));
  });
  const restore = useAction(async () => {
    if (!chosen) return;
    await bringBackup(chosen.file, secretOf(chosen), [...wanted], setPercent);
    // This panel may be another by now: all was opened anew.
    announce(t('restore_chosen_done'));
  });
  const busy = look.busy || restore.busy;
  return (
    <Panel title={t('restore_missing_title')} text={t('restore_missing_text')}>
      <FileChoice
        chosen={chosen}
        ownWords
        onChange={(next) => {
          setChosen(next);
          setSeen(undefined);
          setWanted(new Set());
          look.forgive();
          restore.forgive();
        }}
      />
      {seen !== undefined && <SpacesIn seen={seen} wanted={wanted} onChange={setWanted} />}
      {busy && <Progress label={t('restore_busy')} percent={percent} />}
      <FailureNote failure={look.failure ?? restore.failure} />
      {chosen !== undefined && (
        <div class="actions">
          {seen === undefined ? (
            <Button busy={busy} onClick={() => void look.run()}>
              {t('restore_look')}
            </Button>
          ) : (
            wanted.size > 0 && (
              <Button kind="primary" busy={busy} onClick={() => void restore.run()}>
                {t('restore_chosen')}
              </Button>
            )
          )}
        </div>
      )}
    </Panel>
  );
}
