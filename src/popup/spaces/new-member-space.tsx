import { useState } from 'preact/hooks';
import { limits } from '../../protocol/limits.ts';
import { call } from '../../ui/client/call.ts';
import type { Failure } from '../../ui/client/failure.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { Checkbox } from '../../ui/components/checkbox.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import { Icon } from '../../ui/components/icon.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { hashOf } from '../route.ts';
import { goTo } from '../use-route.ts';
import { Choice } from './choice.tsx';
import { ChooseFriends } from './choose-friends.tsx';
import { isByAuthors, isPublic, kindKey, kindTextKey } from './space-words.ts';
import { titleFailure } from './title-failure.ts';

type Voted = 'private-forum' | 'restricted-blog' | 'project-blog';
type Circle = 'friends-feed' | 'private-blog' | 'list';
export type MemberKind = Voted | Circle;

function isVoted(kind: MemberKind): kind is Voted {
  return kind === 'private-forum' || isByAuthors(kind);
}

/** Title, rules and people of a space that has members. */
export function NewMemberSpace({ kind }: { kind: MemberKind }) {
  const [title, setTitle] = useState('');
  const [people, setPeople] = useState<string[]>([]);
  const [rule, setRule] = useState<'majority' | 'two-thirds'>('majority');
  const [mode, setMode] = useState<'history' | 'ephemeral'>('history');
  const [writers, setWriters] = useState<'owner' | 'members'>('owner');
  const [dormancy, setDormancy] = useState(false);
  const [refused, setRefused] = useState<Failure>();
  const voted = isVoted(kind);

  const create = useAction(async () => {
    const voting = { title: title.trim(), rule, dormancy, founders: people };
    const { space } = !isVoted(kind)
      ? await call('foundCircle', { title: title.trim(), mode, kind, writers, members: people })
      : kind === 'project-blog'
        ? await call('foundProjectBlog', voting)
        : await call('foundForum', { ...voting, kind, mode });
    announce(t('new_space_done', title.trim()));
    goTo({ view: 'space-info', space });
  });
  const submit = () => {
    const failure = titleFailure(title);
    setRefused(failure);
    if (failure === undefined && !(voted && people.length === 0)) void create.run();
  };
  return (
    <div class="column">
      <div class="space-head">
        <a
          class="icon-button"
          href={hashOf({ view: 'new-space' })}
          aria-label={t('action_back')}
          title={t('action_back')}
        >
          <Icon name="back" />
        </a>
        <h1 tabIndex={-1} data-start>
          {t(kindKey[kind])}
        </h1>
      </div>
      <form
        class="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p>{t(kindTextKey[kind])}</p>
        <Field
          label={t('space_title_label')}
          hint={t(isPublic(kind) ? 'new_forum_hint' : 'new_sealed_hint')}
          most={limits.titleCharacters}
          focused
          value={title}
          failure={refused}
          onChange={(value) => {
            setTitle(value);
            setRefused(undefined);
          }}
        />
        <ChooseFriends
          label={t(isByAuthors(kind) ? 'new_authors' : voted ? 'new_founders' : 'new_members')}
          chosen={people}
          onChange={setPeople}
        />
        {voted ? (
          <Choice
            label={t('new_rule')}
            value={rule}
            options={[
              { value: 'majority', text: t('rule_majority') },
              { value: 'two-thirds', text: t('rule_two_thirds') },
            ]}
            onChange={setRule}
          />
        ) : (
          <Choice
            label={t('new_writers')}
            value={writers}
            options={[
              { value: 'owner', text: t('rule_owner_writes') },
              { value: 'members', text: t('rule_all_write') },
            ]}
            onChange={setWriters}
          />
        )}
        {!isPublic(kind) && (
          <Choice
            label={t('new_mode')}
            value={mode}
            options={[
              { value: 'history', text: t('rule_history') },
              { value: 'ephemeral', text: t('rule_ephemeral') },
            ]}
            onChange={setMode}
          />
        )}
        {voted && <Checkbox label={t('rule_dormancy')} checked={dormancy} onChange={setDormancy} />}
        <p class="space__kind">{t('new_sealed_for_ever')}</p>
        <FailureNote failure={create.failure} />
        <div class="actions">
          <Button kind="primary" submit busy={create.busy}>
            {t('new_space_create')}
          </Button>
        </div>
      </form>
    </div>
  );
}
