import { call } from '../../ui/client/call.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { RecoveryWords } from '../../ui/recovery/recovery-words.tsx';

/** The second and last step of the beginning, while Tor starts beside it. */
export function WordsStep() {
  const { value, failure } = useAsk('recoveryWords', { passphrase: '' }, []);
  return (
    <div class="column welcome">
      <h1>{t('words_title')}</h1>
      <p class="soft">{t('words_text')}</p>
      <FailureNote failure={failure} />
      {value === undefined ? (
        <Loading />
      ) : (
        <div class="card stack">
          <RecoveryWords
            words={value.words}
            leave={t('words_later')}
            onLeave={() => call('setWords', { words: 'later' })}
          />
        </div>
      )}
    </div>
  );
}
