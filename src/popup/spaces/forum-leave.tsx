import { useState } from 'preact/hooks';
import type { ForumView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { ConfirmDialog } from '../../ui/components/confirm-dialog.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { goTo } from '../use-route.ts';

const leaving = {
  act: 'forum_leave',
  title: 'forum_leave_title',
  text: 'forum_leave_text',
} as const;

const dropping = {
  act: 'forum_drop',
  title: 'forum_drop_title',
  text: 'forum_drop_text',
} as const;

/** The ways on from here: to begin with those who have said yes, to leave, to drop what is left of it. */
export function ForumLeave({ forum: { space, title, state, owner } }: { forum: ForumView }) {
  const [asking, setAsking] = useState(false);
  const begin = useAction(() => call('beginForum', { space }));
  const isMember = state === 'member' || state === 'catching-up';
  const words = isMember ? leaving : dropping;
  const go = async () => {
    await call(isMember ? 'leaveForum' : 'dropForum', { space });
    announce(t('space_left', title));
    goTo({ view: 'spaces' });
  };
  // Who owns a circle is what keeps it together.
  if (isMember && owner) return null;
  return (
    <>
      <FailureNote failure={begin.failure} />
      <div class="actions">
        {state === 'founding' && (
          <Button kind="primary" busy={begin.busy} onClick={() => void begin.run()}>
            {t('forum_begin')}
          </Button>
        )}
        <Button kind="danger" onClick={() => setAsking(true)}>
          {t(words.act)}
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title={t(words.title, title)}
          text={t(words.text)}
          confirm={t(words.act)}
          keep={t('space_leave_keep')}
          onConfirm={go}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
