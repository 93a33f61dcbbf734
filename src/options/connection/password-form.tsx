import { useState } from 'preact/hooks';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** The control password a Tor of the system asks for. It is forgotten here as soon as it is used. */
export function PasswordForm() {
  const [password, setPassword] = useState('');
  const use = useAction(() => call('retry', { torPassword: password }));
  return (
    <form
      class="line-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (password !== '') void use.run().then(() => setPassword(''));
      }}
    >
      <Field
        label={t('connection_password')}
        hint={t('connection_password_hint')}
        value={password}
        secret
        onChange={setPassword}
      />
      <Button kind="primary" submit busy={use.busy}>
        {t('connection_password_use')}
      </Button>
      <FailureNote failure={use.failure} />
    </form>
  );
}
