import { useState } from 'preact/hooks';
import { call } from '../../ui/client/call.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { ConfirmDialog } from '../../ui/components/confirm-dialog.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** For who wants to be found no more where they are, except by friends. */
export function ChangeAddress() {
  const [asking, setAsking] = useState(false);
  const change = async () => {
    await call('changeAddress', {});
    announce(t('identity_move_done'));
  };
  return (
    <Panel title={t('identity_move_title')} text={t('identity_move_text')}>
      <div class="actions">
        <Button kind="danger" onClick={() => setAsking(true)}>
          {t('identity_move')}
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title={t('identity_move_ask')}
          text={t('identity_move_ask_text')}
          confirm={t('identity_move')}
          keep={t('identity_move_keep')}
          onConfirm={change}
          onClose={() => setAsking(false)}
        />
      )}
    </Panel>
  );
}
