import { useState } from 'preact/hooks';
import { Button } from '../../ui/components/button.tsx';
import { Mark } from '../../ui/components/mark.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { Checks } from './checks.tsx';
import { CreateIdentity } from './create-identity.tsx';
import { KeepChoice } from './keep-choice.tsx';
import { RestoreLink } from './restore-link.tsx';

/** What this is, in two lines, and the one thing to do: begin, or come back. */
export function FirstRun() {
  const [returning, setReturning] = useState(false);
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
      <KeepChoice />
      <CreateIdentity key={String(returning)} returning={returning} />
      <div class="actions welcome__other">
        <Button kind="plain" onClick={() => setReturning(!returning)}>
          {t(returning ? 'welcome_no_words' : 'welcome_have_words')}
        </Button>
        <RestoreLink />
      </div>
    </div>
  );
}
