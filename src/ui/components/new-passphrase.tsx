import { useState } from 'preact/hooks';
import { useAppState } from '../client/app-state.ts';
import { t } from '../i18n/i18n.ts';
import { passphraseHint } from '../words/passphrase.ts';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import { Notice } from './notice.tsx';

/** A first passphrase as it is being chosen, or done without after a warning. */
export interface NewPassphrase {
  readonly text: string;
  readonly again: string;
  readonly differ: boolean;
  readonly warned: boolean;
  readonly setText: (text: string) => void;
  readonly setAgain: (again: string) => void;
  /**
   * What was chosen, `null` for none; `undefined` while the two differ, or when the warning comes now.
   *
   * @param without the warning was read
   */
  readonly decide: (without: boolean) => string | null | undefined;
}

/** @param asked whether one is chosen here at all; else it is always `null` */
export function useNewPassphrase(asked: boolean): NewPassphrase {
  const { keepsNothing } = useAppState();
  const [text, setText] = useState('');
  const [again, setAgain] = useState('');
  const [differ, setDiffer] = useState(false);
  const [warned, setWarned] = useState(false);
  return {
    text,
    again,
    differ,
    warned,
    setText(next) {
      setText(next);
      setWarned(false);
    },
    setAgain(next) {
      setAgain(next);
      setDiffer(false);
    },
    decide(without) {
      if (!asked) return null;
      setDiffer(text !== again);
      if (text !== again) return undefined;
      if (text !== '') return text;
      // Where nothing is kept there is nothing to warn of.
      if (without || keepsNothing) return null;
      setWarned(true);
      return undefined;
    },
  };
}

export function NewPassphraseFields({ label, chosen }: { label: string; chosen: NewPassphrase }) {
  const { keepsNothing } = useAppState();
  const { text, again, differ, setText, setAgain } = chosen;
  return (
    <>
      <Field
        label={label}
        hint={t(
          passphraseHint(
            text,
            keepsNothing ? 'welcome_passphrase_nothing' : 'welcome_passphrase_hint',
          ),
        )}
        value={text}
        secret
        onChange={setText}
      />
      {text !== '' && (
        <Field
          label={t('passphrase_again')}
          value={again}
          secret
          problem={differ ? t('passphrase_differ') : undefined}
          onChange={setAgain}
        />
      )}
    </>
  );
}

/** What it means to have none, and the way to go on so. */
export function NoPassphrase({ busy, onGoOn }: { busy: boolean; onGoOn: () => void }) {
  return (
    <Notice
      tone="busy"
      icon="warning"
      title={t('welcome_no_passphrase_title')}
      text={t('welcome_no_passphrase_text')}
    >
      <Button busy={busy} onClick={onGoOn}>
        {t('welcome_without_passphrase')}
      </Button>
    </Notice>
  );
}
