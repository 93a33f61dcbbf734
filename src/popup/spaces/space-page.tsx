import { limits } from '../../protocol/limits.ts';
import type { SpaceInfo } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Composer } from '../../ui/components/composer.tsx';
import { EmptyState } from '../../ui/components/empty-state.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { usePeople } from '../../ui/mentions/use-people.ts';
import { Posts } from '../feed/posts.tsx';
import { useFeed } from '../feed/use-feed.ts';
import { useMarkRead } from '../feed/use-mark-read.ts';
import { SpaceHead } from './space-head.tsx';
import { isPublic, kindTextKey, mayHaveTitle } from './space-words.ts';

/** What was written in one space, and a place to write where one may. */
export function SpacePage({ space }: { space: string }) {
  const info = useAsk('space', { space }, ['spaces', 'feed', 'friends']);
  return (
    <div class="column">
      <FailureNote failure={info.failure} />
      {info.value === undefined ? (
        info.failure === undefined && <Loading />
      ) : (
        <Open space={info.value} />
      )}
    </div>
  );
}

function Open({ space }: { space: SpaceInfo }) {
  const { name, kind, title, mayWrite } = space;
  const shown = useFeed(name);
  const people = usePeople(name);
  useMarkRead(shown.feed?.posts.some((post) => post.unread) ?? false);
  const post = async (text: string, attached: string[], heading: string) => {
    const titled = heading === '' ? {} : { title: heading };
    await call('writePost', { text, space: name, attached, ...titled });
    announce(t('compose_done'));
  };
  return (
    <>
      <SpaceHead space={space} back={{ view: 'spaces' }} more />
      {mayWrite && (
        <Composer
          label={t('space_compose', title)}
          placeholder={t('compose_placeholder')}
          send={t('compose_send')}
          hint={t(isPublic(kind) ? 'space_compose_public' : 'space_compose_members')}
          hintIcon={isPublic(kind) ? 'globe' : 'lock'}
          most={limits.postCharacters}
          draft={`${name}/new`}
          lines={2}
          files
          people={people}
          open={isPublic(kind)}
          titled={mayHaveTitle(kind)}
          onSend={post}
        />
      )}
      <FailureNote failure={shown.failure} />
      <Posts
        {...shown}
        inSpace
        empty={<EmptyState title={t('space_empty_title')} text={t(kindTextKey[kind])} />}
      />
    </>
  );
}
