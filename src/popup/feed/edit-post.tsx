import type { PostView } from '../../protocol/page-calls.ts';
import { limits } from '../../protocol/limits.ts';
import { call } from '../../ui/client/call.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Composer } from '../../ui/components/composer.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** Another wording of one's own post, in its place. */
export function EditPost({ post, onClose }: { post: PostView; onClose: () => void }) {
  const save = async (text: string) => {
    if (text !== post.text) {
      await call('editPost', { space: post.space.name, post: post.id, text });
      announce(t('post_edit_done'));
    }
    onClose();
  };
  return (
    <Composer
      label={t('post_edit')}
      placeholder=""
      send={t('post_edit_save')}
      hint={t('post_edit_hint')}
      hintIcon="info"
      most={limits.postCharacters}
      draft={`${post.space.name}/edit-${post.id}`}
      lines={3}
      initial={post.text}
      onSend={save}
      onCancel={onClose}
    />
  );
}
