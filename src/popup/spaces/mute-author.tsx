import { useEffect, useRef, useState } from 'preact/hooks';
import type { PostView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { shortAddress } from '../../ui/format/address.ts';
import { t } from '../../ui/i18n/i18n.ts';
import { isPublic } from './space-words.ts';

/** Where many write, one need not read everybody. */
export function MuteAuthor({ post }: { post: PostView }) {
  const [asking, setAsking] = useState(false);
  if (post.mine || !withMany.has(post.space.kind)) return null;
  return (
    <>
      <Button kind="quiet" onClick={() => setAsking(true)}>
        {t('mute_person')}
      </Button>
      {asking && <MuteDialog post={post} onClose={() => setAsking(false)} />}
    </>
  );
}

const withMany: ReadonlySet<PostView['space']['kind']> = new Set([
  'public-forum',
  'private-forum',
  'list',
]);

function MuteDialog({ post, onClose }: { post: PostView; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const name = post.authorName ?? shortAddress(post.authorAddress);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const mute = useAction(async (carried: boolean) => {
    await call('mutePerson', { address: post.authorAddress, muted: true, carried });
    announce(t('mute_done', name));
  });
  return (
    <dialog ref={dialog} class="dialog" aria-label={t('mute_title', name)} onClose={onClose}>
      <h2>{t('mute_title', name)}</h2>
      <p>{t(isPublic(post.space.kind) ? 'mute_text' : 'mute_member_text')}</p>
      <FailureNote failure={mute.failure} />
      <div class="actions">
        <Button onClick={() => dialog.current?.close()}>{t('mute_keep')}</Button>
        <Button busy={mute.busy} onClick={() => void mute.run(true)}>
          {t('mute_hide')}
        </Button>
        {/* Members carry each other's posts. */}
        {isPublic(post.space.kind) && (
          <Button kind="danger" busy={mute.busy} onClick={() => void mute.run(false)}>
            {t('mute_drop')}
          </Button>
        )}
      </div>
    </dialog>
  );
}
