import { useId, useState } from 'preact/hooks';
import { useAction } from '../client/use-action.ts';
import { useAsk } from '../client/use-ask.ts';
import { Button } from '../components/button.tsx';
import { FailureNote } from '../components/failure-note.tsx';
import { Field } from '../components/field.tsx';
import { t } from '../i18n/i18n.ts';
import { somePositions, wordsBeginning } from './choose.ts';

interface ConfirmWordsProps {
  words: readonly string[];
  onRight: () => Promise<void>;
  onBack: () => void;
}

const asked = 3;

/** Asks for three of the words by their places: what isn't on paper shows now, not when it is needed. */
export function ConfirmWords({ words, onRight, onBack }: ConfirmWordsProps) {
  const [positions] = useState(() => somePositions(words.length, asked));
  const [typed, setTyped] = useState<readonly string[]>(() => positions.map(() => ''));
  const [checked, setChecked] = useState(false);
  const all = useAsk('allWords', {}, []);
  const right = useAction(onRight);
  const list = useId();
  const isRight = (index: number) =>
    typed[index]?.trim().toLowerCase() === words[(positions[index] ?? 0) - 1];
  const [writing, setWriting] = useState('');
  return (
    <form
      class="stack"
      aria-label={t('words_confirm_title')}
      onSubmit={(event) => {
        event.preventDefault();
        setChecked(true);
        if (positions.every((_, index) => isRight(index))) void right.run();
      }}
    >
      <div>
        <h2>{t('words_confirm_title')}</h2>
        <p class="soft">{t('words_confirm_text')}</p>
      </div>
      {positions.map((position, index) => (
        <Field
          key={position}
          label={t('words_nth', String(position))}
          value={typed[index] ?? ''}
          focused={index === 0}
          list={list}
          problem={checked && !isRight(index) ? t('words_nth_wrong', String(position)) : undefined}
          onChange={(value) => {
            setTyped(typed.with(index, value));
            setWriting(value);
            setChecked(false);
          }}
        />
      ))}
      <datalist id={list}>
        {wordsBeginning(all.value?.words ?? [], writing).map((word) => (
          <option key={word} value={word} />
        ))}
      </datalist>
      <FailureNote failure={right.failure} />
      <div class="actions">
        <Button kind="primary" submit busy={right.busy}>
          {t('words_check')}
        </Button>
        <Button onClick={onBack}>{t('words_show_again')}</Button>
      </div>
    </form>
  );
}
