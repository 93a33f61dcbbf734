import { useEffect, useState } from 'preact/hooks';
import type { FriendView, ProfileView } from '../../protocol/page-calls.ts';
import { limits } from '../../protocol/limits.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { nameFailure } from '../../ui/format/name.ts';
import { t } from '../../ui/i18n/i18n.ts';
import { formOf, interestsFit, profileOf } from './profile-form.ts';
import type { ProfileForm } from './profile-form.ts';
import { ShownFriends } from './shown-friends.tsx';

interface ProfileEditorProps {
  profile: ProfileView;
  friends: readonly FriendView[];
}

export function ProfileEditor({ profile, friends }: ProfileEditorProps) {
  const [form, setForm] = useState(() => formOf(profile));
  const [touched, setTouched] = useState(false);
  const save = useAction(() => call('saveProfile', profileOf(form)));

  // A profile changed elsewhere shows here, unless the person is in the middle of changing it.
  useEffect(() => {
    if (!touched) setForm(formOf(profile));
  }, [profile]);

  const change = (part: Partial<ProfileForm>) => {
    setForm({ ...form, ...part });
    setTouched(true);
    save.forgive();
  };

  const nameProblem = touched ? nameFailure(form.name) : undefined;
  const interestsProblem = interestsFit(form.interests)
    ? undefined
    : t('identity_interests_many', limits.interests, limits.interestCharacters);
  const tooLong = form.about.length > limits.aboutCharacters;

  const submit = async () => {
    if (nameFailure(form.name) !== undefined || interestsProblem !== undefined || tooLong) return;
    if (!(await save.run())) return;
    setTouched(false);
    announce(t('identity_saved'));
  };

  return (
    <Panel title={t('identity_profile_title')} text={t('identity_profile_text')}>
      <form
        class="stack"
        aria-label={t('identity_profile_title')}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field
          label={t('identity_name')}
          value={form.name}
          most={limits.nameCharacters}
          failure={nameProblem}
          onChange={(name) => change({ name })}
        />
        <Field
          label={t('identity_about')}
          value={form.about}
          lines={4}
          most={limits.aboutCharacters}
          failure={tooLong ? { code: 'text-too-long' } : undefined}
          onChange={(about) => change({ about })}
        />
        <Field
          label={t('identity_interests')}
          hint={t('identity_interests_hint')}
          value={form.interests}
          problem={interestsProblem}
          onChange={(interests) => change({ interests })}
        />
        <ShownFriends
          friends={friends}
          shown={form.shown}
          onChange={(shown) => change({ shown })}
        />
        <FailureNote failure={save.failure} />
        <div class="actions">
          <Button kind="primary" submit busy={save.busy}>
            {t('identity_save')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
