import { useState } from 'preact/hooks';
import { useAppState } from '../../ui/client/app-state.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import { Notice } from '../../ui/components/notice.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { RecoveryWords } from '../../ui/recovery/recovery-words.tsx';

/** The 24 words, for who proves once more who they are; and the reminder as long as they are not on paper. */
export function WordsPanel() {
  const { words: state, passphrase: locked } = useAppState();
  const [passphrase, setPassphrase] = useState('');
  const [words, setWords] = useState<readonly string[]>();
  const show = useAction(async () => {
    const answer = await call('recoveryWords', { passphrase });
    setPassphrase('');
    setWords(answer.words);
  });
  return (
    <Panel title={t('words_title')} text={t('words_panel_text')}>
      {state !== 'written' && (
        <Notice
          tone="busy"
          icon="warning"
          title={t('words_reminder_title')}
          text={t('words_reminder_text')}
        />
      )}
      {words === undefined ? (
        <form
          class="stack"
          aria-label={t('words_title')}
          onSubmit={(event) => {
            event.preventDefault();
            void show.run();
          }}
        >
          {locked && (
            <Field
              label={t('words_passphrase')}
              value={passphrase}
              secret
              onChange={(value) => {
                setPassphrase(value);
                show.forgive();
              }}
            />
          )}
          <FailureNote failure={show.failure} />
          <div class="actions">
            <Button submit busy={show.busy}>
              {t('words_show')}
            </Button>
          </div>
        </form>
      ) : (
        <>
          <p class="soft">{t('words_text')}</p>
          <RecoveryWords
            words={words}
            leave={t('words_hide')}
            onLeave={async () => setWords(undefined)}
            onWritten={() => setWords(undefined)}
          />
        </>
      )}
    </Panel>
  );
}
