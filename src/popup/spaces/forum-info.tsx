import type { ForumView } from '../../protocol/page-calls.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { Fact, Facts } from '../../ui/components/facts.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Icon } from '../../ui/components/icon.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { t, tn } from '../../ui/i18n/i18n.ts';
import { hashOf } from '../route.ts';
import { AdmitFriends } from './admit-friends.tsx';
import { ForumLeave } from './forum-leave.tsx';
import { KeepHere } from './keep-here.tsx';
import { MembersPanel } from './members-panel.tsx';
import { MuteSpace } from './mute-space.tsx';
import { personName } from './person-name.ts';
import { HeldBack, Proposals } from './proposals.tsx';
import { ruleSentences } from './rule-words.ts';
import { SpaceLink } from './space-link.tsx';
import { standingKey } from './sealed-row.tsx';
import { iconOf, isByAuthors, kindKey, kindTextKey } from './space-words.ts';

/** What a space with members is, who belongs and how each got in, and what there is to decide. */
export function ForumInfo({ space }: { space: string }) {
  const forum = useAsk('forum', { space }, ['forums', 'friends']);
  return (
    <div class="column">
      <FailureNote failure={forum.failure} />
      {forum.value === undefined ? (
        forum.failure === undefined && <Loading />
      ) : (
        <About forum={forum.value} />
      )}
    </div>
  );
}

function About({ forum }: { forum: ForumView }) {
  const isMember = forum.state === 'member';
  return (
    <>
      <Head forum={forum} />
      <Rules forum={forum} />
      <Proposals forum={forum} />
      <HeldBack forum={forum} />
      {forum.people.length > 0 && <MembersPanel forum={forum} />}
      {(isMember && forum.rules.rule !== 'owner') || forum.owner ? (
        <AdmitFriends forum={forum} />
      ) : null}
      <Panel title={t('space_wishes')}>
        <MuteSpace space={forum.space} muted={forum.muted} />
      </Panel>
      <KeepHere space={forum.space} />
      <ForumLeave forum={forum} />
    </>
  );
}

function Head({ forum: { space, kind, title, state } }: { forum: ForumView }) {
  const isOpen = state === 'member' || state === 'left' || state === 'removed';
  return (
    <div class="space-head">
      <a
        class="icon-button"
        href={hashOf(isOpen ? { view: 'space', space } : { view: 'spaces' })}
        aria-label={t('action_back')}
        title={t('action_back')}
      >
        <Icon name="back" />
      </a>
      <span class={`space__sign space__sign--${kind}`}>
        <Icon name={iconOf(kind)} />
      </span>
      <div class="space__words">
        <h1 tabIndex={-1} data-start dir="auto">
          {title}
        </h1>
        <p class="space__kind">{`${t(kindKey[kind])} · ${t(standingWords(kind, state))}`}</p>
      </div>
    </div>
  );
}

function standingWords(kind: ForumView['kind'], state: ForumView['state']) {
  return isByAuthors(kind) && state === 'member' ? 'standing_author' : standingKey[state];
}

function Rules({ forum }: { forum: ForumView }) {
  const { kind, rules, founder, link, membershipPhrase, waitingFor } = forum;
  return (
    <Panel title={t('forum_rules')} text={t(kindTextKey[kind])}>
      <ul class="rules">
        {ruleSentences(rules).map((key) => (
          <li key={key}>{t(key)}</li>
        ))}
      </ul>
      {rules.rule !== 'owner' && forum.state === 'member' && (
        <p>{tn('forum_votes_needed', rules.votesNeeded)}</p>
      )}
      {waitingFor !== undefined && <p class="space__kind">{t('forum_waiting')}</p>}
      <Facts>
        <Fact name={t('forum_founder')}>{personName(founder)}</Fact>
        {link !== undefined && <SpaceLink link={link} />}
        {membershipPhrase !== undefined && (
          <Fact name={t('forum_phrase')}>
            <code>{membershipPhrase}</code>
            <p class="space__kind">{t('forum_phrase_hint')}</p>
          </Fact>
        )}
      </Facts>
    </Panel>
  );
}
