import { useEffect } from 'preact/hooks';
import type { ForumListItem, SpaceView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { EmptyState } from '../../ui/components/empty-state.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import type { MessageKey } from '../../ui/i18n/message-key.ts';
import { hashOf } from '../route.ts';
import { FollowForm } from './follow-form.tsx';
import { MutedPeople } from './muted-people.tsx';
import { SealedRow } from './sealed-row.tsx';
import { SpaceAsks } from './space-asks.tsx';
import { SpaceRow } from './space-row.tsx';

interface Group {
  title: MessageKey;
  has: (space: SpaceView) => boolean;
}

const groups: readonly Group[] = [
  { title: 'spaces_own', has: ({ by }) => by === 'own' },
  {
    title: 'spaces_forums',
    has: ({ by, kind }) => by !== 'listed' && kind === 'public-forum',
  },
  {
    title: 'spaces_read',
    has: ({ by, kind }) =>
      (by === 'friend' || by === 'followed') && (kind === 'blog' || kind === 'project-blog'),
  },
  { title: 'spaces_listed', has: ({ by }) => by === 'listed' },
];

/** All blogs, forums and lists one has to do with, and the way to more of them. */
export function SpacesView() {
  const spaces = useAsk('spaces', {}, ['spaces', 'feed', 'friends']);
  const forums = useAsk('forums', {}, ['forums', 'feed']);
  useEffect(() => {
    // What is read as a stranger is asked for now and then only; who looks wants to see what is new.
    void call('lookNow', {}).catch(() => undefined);
  }, []);
  return (
    <div class="column">
      <div class="title-row">
        <h1 tabIndex={-1} data-start>
          {t('spaces_title')}
        </h1>
        <a class="button button--primary" href={hashOf({ view: 'new-space' })}>
          {t('spaces_new')}
        </a>
      </div>
      <SpaceAsks />
      <FailureNote failure={spaces.failure ?? forums.failure} />
      {spaces.value === undefined ? (
        <Loading />
      ) : (
        <Lists spaces={spaces.value} forums={forums.value ?? []} />
      )}
      <FollowForm />
      <MutedPeople />
    </div>
  );
}

interface ListsProps {
  spaces: readonly SpaceView[];
  /** Those with members, which say more of themselves. */
  forums: readonly ForumListItem[];
}

function Lists({ spaces, forums }: ListsProps) {
  const shown = groups.map((group) => ({ ...group, spaces: spaces.filter(group.has) }));
  const isEmpty = spaces.length < 2 && forums.length === 0;
  return (
    <>
      {forums.length > 0 && (
        <section class="stack" aria-label={t('spaces_sealed')}>
          <h2>{t('spaces_sealed')}</h2>
          <ul class="spaces">
            {forums.map((forum) => (
              <SealedRow key={forum.space} forum={forum} />
            ))}
          </ul>
        </section>
      )}
      {shown.map(({ title, spaces: some }) =>
        some.length === 0 ? null : (
          <section key={title} class="stack" aria-label={t(title)}>
            <h2>{t(title)}</h2>
            <ul class="spaces">
              {some.map((space) => (
                <SpaceRow key={space.name} space={space} />
              ))}
            </ul>
          </section>
        ),
      )}
      {isEmpty && <EmptyState title={t('spaces_empty_title')} text={t('spaces_empty_text')} />}
    </>
  );
}
