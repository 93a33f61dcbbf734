import { useState } from 'preact/hooks';
import type { FriendView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import type { Failure } from '../../ui/client/failure.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import { nameFailure } from '../../ui/format/name.ts';
import { t } from '../../ui/i18n/i18n.ts';

export function PetnameForm({ friend }: { friend: FriendView }) {
  const [petname, setPetname] = useState(friend.petname);
  const [refused, setRefused] = useState<Failure>();
  const rename = useAction(() =>
    call('renameFriend', { address: friend.address, petname: petname.trim() }),
  );

  const submit = async () => {
    const failure = nameFailure(petname);
    setRefused(failure);
    if (failure === undefined && (await rename.run())) announce(t('saved'));
  };

  return (
    <form
      class="line-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field
        label={t('friend_petname')}
        hint={t('add_petname_hint')}
        value={petname}
        failure={refused}
        onChange={(value) => {
          setPetname(value);
          setRefused(undefined);
        }}
      />
      <Button submit busy={rename.busy}>
        {t('friend_rename')}
      </Button>
      <FailureNote failure={rename.failure} />
    </form>
  );
}
