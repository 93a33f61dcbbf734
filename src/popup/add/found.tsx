import { useState } from 'preact/hooks';
import type { FriendPreview } from '../../protocol/page-calls.ts';
import { limits } from '../../protocol/limits.ts';
import { call } from '../../ui/client/call.ts';
import type { Failure } from '../../ui/client/failure.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import { nameFailure } from '../../ui/format/name.ts';
import { t } from '../../ui/i18n/i18n.ts';
import { Already } from './already.tsx';
import { PersonFound } from './person-found.tsx';

interface FoundProps {
  preview: FriendPreview;
  onSent: (petname: string) => void;
  onOther: () => void;
}

/** Whom the address belongs to, and the request to them. */
export function Found({ preview, onSent, onOther }: FoundProps) {
  return (
    <div class="column">
      <PersonFound preview={preview} />
      {preview.already === 'no' ? (
        <RequestForm preview={preview} onSent={onSent} />
      ) : (
        <Already preview={preview} already={preview.already} />
      )}
      <div class="actions">
        <Button kind="quiet" icon="back" onClick={onOther}>
          {t('add_someone_else')}
        </Button>
      </div>
    </div>
  );
}

function RequestForm({ preview, onSent }: Pick<FoundProps, 'preview' | 'onSent'>) {
  const [petname, setPetname] = useState(preview.profile.name);
  const [note, setNote] = useState('');
  const [refused, setRefused] = useState<Failure>();
  const name = petname.trim();
  const send = useAction(() =>
    call('addFriend', { address: preview.address, petname: name, note: note.trim() }),
  );

  const submit = async () => {
    const failure = nameFailure(petname);
    setRefused(failure);
    if (failure !== undefined || note.length > limits.noteCharacters) return;
    if (await send.run()) onSent(name);
  };

  return (
    <form
      class="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field
        label={t('add_petname')}
        hint={t('add_petname_hint')}
        value={petname}
        failure={refused}
        onChange={(value) => {
          setPetname(value);
          setRefused(undefined);
        }}
      />
      <Field
        label={t('add_note')}
        hint={t('add_note_hint')}
        value={note}
        lines={3}
        most={limits.noteCharacters}
        onChange={setNote}
      />
      <FailureNote failure={send.failure} />
      <div class="actions">
        <Button kind="primary" submit busy={send.busy}>
          {t('add_send')}
        </Button>
      </div>
    </form>
  );
}
