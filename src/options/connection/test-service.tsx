import { useState } from 'preact/hooks';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** Calls at one's own address through Tor, as a friend would. */
export function TestService() {
  const [good, setGood] = useState(false);
  const test = useAction(async () => {
    setGood(false);
    await call('testService', {});
    setGood(true);
  });
  return (
    <>
      <p aria-live="polite">
        {test.busy ? t('connection_testing') : good && t('connection_test_good')}
      </p>
      <FailureNote failure={test.failure} />
      <div class="actions">
        <Button busy={test.busy} onClick={() => void test.run()}>
          {t('connection_test')}
        </Button>
      </div>
    </>
  );
}
