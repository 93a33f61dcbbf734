import { useState } from 'preact/hooks';
import { call } from '../client/call.ts';
import { t } from '../i18n/i18n.ts';
import { Button } from './button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';

/** Destroys everything after one question; this page goes with it. */
export function EraseEverything() {
  const [asking, setAsking] = useState(false);
  return (
    <div class="actions">
      <Button kind="danger" onClick={() => setAsking(true)}>
        {t('erase_everything')}
      </Button>
      {asking && (
        <ConfirmDialog
          title={t('erase_ask')}
          text={t('erase_ask_text')}
          confirm={t('erase_everything')}
          keep={t('erase_keep')}
          onConfirm={async () => {
            await call('eraseEverything', {});
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
