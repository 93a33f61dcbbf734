import type { SpaceInfo } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { Fact, Facts } from '../../ui/components/facts.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { Switch } from '../../ui/components/switch.tsx';
import { shortAddress } from '../../ui/format/address.ts';
import { t } from '../../ui/i18n/i18n.ts';
import { ForumInfo } from './forum-info.tsx';
import { KeepHere } from './keep-here.tsx';
import { LeaveSpace } from './leave-space.tsx';
import { MembersPanel } from './members-panel.tsx';
import { MuteSpace } from './mute-space.tsx';
import { RenameBlog } from './rename-blog.tsx';
import { SpaceHead } from './space-head.tsx';
import { SpaceLink } from './space-link.tsx';
import { kindTextKey } from './space-words.ts';

/** What a space is, and what one can do about it. */
export function SpaceInfoPage({ space }: { space: string }) {
  const forums = useAsk('forums', {}, ['forums']);
  if (forums.value === undefined && forums.failure === undefined) return <Loading />;
  const hasUs = forums.value?.some((forum) => forum.space === space) === true;
  return hasUs ? <ForumInfo space={space} /> : <PublicInfo space={space} />;
}

function PublicInfo({ space }: { space: string }) {
  const info = useAsk('space', { space }, ['spaces', 'feed', 'friends']);
  return (
    <div class="column">
      <FailureNote failure={info.failure} />
      {info.value === undefined ? (
        info.failure === undefined && <Loading />
      ) : (
        <About space={info.value} />
      )}
    </div>
  );
}

function About({ space }: { space: SpaceInfo }) {
  const { name, kind, owner, ownerName, posts, link, mayRename, mayLeave, authors } = space;
  return (
    <>
      <SpaceHead space={space} back={{ view: 'space', space: name }} more={false} />
      <Panel title={t('space_about')} text={t(kindTextKey[kind])}>
        <Facts>
          {owner !== undefined && (
            <Fact name={t('space_owner')}>
              {ownerName ?? <code title={owner}>{shortAddress(owner)}</code>}
            </Fact>
          )}
          <Fact name={t('space_posts')}>{posts}</Fact>
          {link !== undefined && <SpaceLink link={link} />}
        </Facts>
      </Panel>
      {authors !== undefined && kind === 'project-blog' && (
        <MembersPanel forum={{ space: name, kind, ...authors }} />
      )}
      <Wishes space={space} />
      {(space.by !== 'own' || kind !== 'blog') && <KeepHere space={name} />}
      {mayRename && <RenameBlog space={space} />}
      {mayLeave && <LeaveSpace space={space} />}
    </>
  );
}

/** What changes for nobody but oneself, and whether friends see it listed. */
function Wishes({ space: { name, muted, shown } }: { space: SpaceInfo }) {
  const show = useAction((on: boolean) => call('showForum', { space: name, shown: on }));
  return (
    <Panel title={t('space_wishes')}>
      <MuteSpace space={name} muted={muted} />
      {shown !== undefined && (
        <Switch
          label={t('space_show')}
          hint={t('space_show_hint')}
          on={shown}
          onChange={(on) => void show.run(on)}
        />
      )}
      <FailureNote failure={show.failure} />
    </Panel>
  );
}
