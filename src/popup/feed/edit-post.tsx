import type { PostView } from '../../protocol/page-calls.ts';
import { limits } from '../../protocol/limits.ts';
import { call } from '../../ui/client/call.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { Composer } from '../../ui/components/composer.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { withLabels } from '../../ui/mentions/labels.ts';
import { usePeople } from '../../ui/mentions/use-people.ts';
import { isPublic, mayHaveTitle } from '../spaces/space-words.ts';

/** Another wording of one's own post, and another title where posts have one, in its place. */
export function EditPost({ post, onClose }: { post: PostView; onClose: () => void }) {
  const titled = post.title !== '' || mayHaveTitle(post.space.kind);
  const people = usePeople(post.space.name);
  // People are named in what it begins with.
  if (people === undefined) return <Loading />;
  const save = async (text: string, _: string[], title: string) => {
    if (text !== post.text || title !== post.title) {
      await call('editPost', { space: post.space.name, post: post.id, text, title });
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
      focused
      initial={withLabels(post.text, people)}
      people={people}
      open={isPublic(post.space.kind)}
      titled={titled}
      initialTitle={post.title}
      onSend={save}
      onCancel={onClose}
    />
  );
}
