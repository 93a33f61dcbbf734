import { useState } from 'preact/hooks';
import { limits } from '../../protocol/limits.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { nameFailure } from '../../ui/format/name.ts';
import { Button } from '../../ui/components/button.tsx';
import { Field } from '../../ui/components/field.tsx';
import { Mark } from '../../ui/components/mark.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import type { Failure } from '../../ui/client/failure.ts';
import { Checks } from './checks.tsx';

/** What this is, in two lines, and the one thing to do: choose a name. */
export function FirstRun() {
  return (
    <div class="column welcome">
      <Mark size={72} />
      <h1>{t('welcome_title')}</h1>
      <p class="welcome__what">
        {t('welcome_what')}
        <br />
        {t('welcome_how')}
      </p>
      <Checks />
      <CreateIdentity />
    </div>
  );
}

function CreateIdentity() {
  const [name, setName] = useState('');
  const [refused, setRefused] = useState<Failure>();
  const create = useAction(() => call('createIdentity', { name: name.trim() }));
  const submit = () => {
    const failure = nameFailure(name);
    setRefused(failure);
    if (failure === undefined) void create.run();
  };
  return (
    <form
      class="card stack welcome__form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field
        label={t('welcome_name')}
        hint={t('welcome_name_hint')}
        value={name}
        most={limits.nameCharacters}
        failure={refused}
        focused
        onChange={(value) => {
          setName(value);
          setRefused(undefined);
        }}
      />
      <FailureNote failure={create.failure} />
      <Button kind="primary" submit busy={create.busy}>
        {t('welcome_create')}
      </Button>
      <p class="small soft">{t('welcome_identity_note')}</p>
    </form>
  );
}
