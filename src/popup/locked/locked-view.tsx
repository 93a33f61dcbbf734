import { useState } from 'preact/hooks';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { Button } from '../../ui/components/button.tsx';
import { EraseEverything } from '../../ui/components/erase-everything.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import { Mark } from '../../ui/components/mark.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** Nothing of the person's is open: one field, and what it is for. */
export function LockedView() {
  const [passphrase, setPassphrase] = useState('');
  const unlock = useAction(() => call('unlock', { passphrase }));
  return (
    <div class="column welcome">
      <Mark size={72} />
      <h1>{t('locked_title')}</h1>
      <p class="welcome__what">{t('locked_text')}</p>
      <form
        class="card stack welcome__form"
        aria-label={t('locked_title')}
        onSubmit={(event) => {
          event.preventDefault();
          if (passphrase !== '') void unlock.run();
        }}
      >
        <Field
          label={t('passphrase')}
          value={passphrase}
          secret
          focused
          onChange={(value) => {
            setPassphrase(value);
            unlock.forgive();
          }}
        />
        <FailureNote failure={unlock.failure} />
        <Button kind="primary" submit busy={unlock.busy}>
          {t(unlock.busy ? 'locked_opening' : 'locked_unlock')}
        </Button>
      </form>
      <p class="small soft">{t('locked_forgotten')}</p>
      <EraseEverything />
    </div>
  );
}
