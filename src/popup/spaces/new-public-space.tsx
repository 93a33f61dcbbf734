import { useState } from 'preact/hooks';
import { limits } from '../../protocol/limits.ts';
import { call } from '../../ui/client/call.ts';
import type { Failure } from '../../ui/client/failure.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import { Icon } from '../../ui/components/icon.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { hashOf } from '../route.ts';
import { goTo } from '../use-route.ts';
import { kindKey, kindTextKey } from './space-words.ts';
import { titleFailure } from './title-failure.ts';

/** A title is all that a public space needs. */
export function NewPublicSpace({ kind }: { kind: 'blog' | 'public-forum' }) {
  const [title, setTitle] = useState('');
  const [refused, setRefused] = useState<Failure>();
  const create = useAction(async () => {
    const { space } = await call(kind === 'blog' ? 'createBlog' : 'createForum', {
      title: title.trim(),
    });
    announce(t('new_space_done', title.trim()));
    goTo({ view: 'space', space });
  });
  const submit = () => {
    const failure = titleFailure(title);
    setRefused(failure);
    if (failure === undefined) void create.run();
  };
  return (
    <div class="column">
      <div class="space-head">
        <a class="icon-button" href={hashOf({ view: 'new-space' })} aria-label={t('action_back')}>
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
          hint={t(kind === 'blog' ? 'new_blog_hint' : 'new_forum_hint')}
          most={limits.titleCharacters}
          focused
          value={title}
          failure={refused}
          onChange={(value) => {
            setTitle(value);
            setRefused(undefined);
          }}
        />
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
