import { useState } from 'preact/hooks';
import type { WordsOutcome } from '../../protocol/page-calls.ts';
import { limits } from '../../protocol/limits.ts';
import { useAppState } from '../../ui/client/app-state.ts';
import { call } from '../../ui/client/call.ts';
import type { Failure } from '../../ui/client/failure.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import {
  NewPassphraseFields,
  NoPassphrase,
  useNewPassphrase,
} from '../../ui/components/new-passphrase.tsx';
import { nameFailure } from '../../ui/format/name.ts';
import { t } from '../../ui/i18n/i18n.ts';

/** A name, a passphrase, and for who comes back the 24 words. */
export function CreateIdentity({ returning }: { returning: boolean }) {
  // An identity whose data went with the browser's memory has its passphrase already.
  const { passphrase: chosen } = useAppState();
  const [name, setName] = useState('');
  const [words, setWords] = useState('');
  const passphrase = useNewPassphrase(!chosen);
  const [refused, setRefused] = useState<Failure>();
  const [wordsProblem, setWordsProblem] = useState<string>();
  const create = useAction(async (behind: string | null) => {
    if (returning) {
      const problem = wordsSentence(await call('checkWords', { text: words }));
      setWordsProblem(problem);
      if (problem !== undefined) return;
    }
    await call('createIdentity', {
      name: name.trim(),
      passphrase: behind,
      ...(returning ? { words } : {}),
    });
  });
  const submit = (without: boolean) => {
    const failure = nameFailure(name);
    setRefused(failure);
    const behind = passphrase.decide(without);
    if (failure === undefined && behind !== undefined) void create.run(behind);
  };
  return (
    <form
      class="card stack welcome__form"
      onSubmit={(event) => {
        event.preventDefault();
        submit(false);
      }}
    >
      {returning && (
        <Field
          label={t('welcome_words')}
          hint={t('welcome_words_hint')}
          value={words}
          mono
          lines={4}
          problem={wordsProblem}
          focused
          onChange={(value) => {
            setWords(value);
            setWordsProblem(undefined);
          }}
        />
      )}
      <Field
        label={t('welcome_name')}
        hint={t('welcome_name_hint')}
        value={name}
        most={limits.nameCharacters}
        failure={refused}
        focused={!returning}
        onChange={(value) => {
          setName(value);
          setRefused(undefined);
        }}
      />
      {!chosen && <NewPassphraseFields label={t('passphrase')} chosen={passphrase} />}
      <FailureNote failure={create.failure} />
      {passphrase.warned ? (
        <NoPassphrase busy={create.busy} onGoOn={() => submit(true)} />
      ) : (
        <Button kind="primary" submit busy={create.busy}>
          {t(returning ? 'welcome_bring_back' : 'welcome_create')}
        </Button>
      )}
      {!returning && <p class="small soft">{t('welcome_identity_note')}</p>}
    </form>
  );
}

function wordsSentence(found: WordsOutcome): string | undefined {
  switch (found.outcome) {
    case 'right':
      return undefined;
    case 'unknown-word':
      return t('words_unknown', String(found.position));
    case 'wrong-count':
      return t('words_count', String(found.words));
    case 'wrong-order':
      return t('words_order');
  }
}
