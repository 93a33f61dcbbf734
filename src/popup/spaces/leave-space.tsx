import { useState } from 'preact/hooks';
import type { SpaceInfo } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { ConfirmDialog } from '../../ui/components/confirm-dialog.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { goTo } from '../use-route.ts';

/** The way out of a public space: nobody else is told, and what is stored of it here is erased. */
export function LeaveSpace({ space: { name, title, kind } }: { space: SpaceInfo }) {
  const [asking, setAsking] = useState(false);
  const isForum = kind === 'public-forum';
  const leave = async () => {
    goTo({ view: 'spaces' });
    await call('unfollowSpace', { space: name });
    announce(t('space_left', title));
  };
  return (
    <div class="actions">
      <Button kind="danger" onClick={() => setAsking(true)}>
        {t(isForum ? 'space_leave' : 'space_unfollow')}
      </Button>
      {asking && (
        <ConfirmDialog
          title={t(isForum ? 'space_leave_title' : 'space_unfollow_title', title)}
          text={t(isForum ? 'space_leave_text' : 'space_unfollow_text')}
          confirm={t(isForum ? 'space_leave' : 'space_unfollow')}
          keep={t('space_leave_keep')}
          onConfirm={leave}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
