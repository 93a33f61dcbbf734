import { useState } from 'preact/hooks';
import { call } from '../client/call.ts';
import { useAction } from '../client/use-action.ts';
import { announce } from '../components/announcer.tsx';
import { Button } from '../components/button.tsx';
import { FailureNote } from '../components/failure-note.tsx';
import { t } from '../i18n/i18n.ts';
import { ConfirmWords } from './confirm-words.tsx';

interface RecoveryWordsProps {
  words: readonly string[];
  /** What the way out without an answer is called. */
  leave: string;
  onLeave: () => Promise<unknown>;
  onWritten?: () => void;
}

/** The 24 words to be written down, then three of them to be asked for. */
export function RecoveryWords({ words, leave, onLeave, onWritten }: RecoveryWordsProps) {
  const [asking, setAsking] = useState(false);
  const away = useAction(onLeave);
  const done = async () => {
    await call('setWords', { words: 'written' });
    announce(t('words_right'));
    onWritten?.();
  };
  if (asking) return <ConfirmWords words={words} onRight={done} onBack={() => setAsking(false)} />;
  return (
    <>
      <ol class="words" aria-label={t('words_list_label')}>
        {words.map((word, index) => (
          <li key={index}>{word}</li>
        ))}
      </ol>
      <FailureNote failure={away.failure} />
      <div class="actions">
        <Button kind="primary" onClick={() => setAsking(true)}>
          {t('words_written')}
        </Button>
        <Button busy={away.busy} onClick={() => void away.run()}>
          {leave}
        </Button>
      </div>
    </>
  );
}
