import { useState } from 'preact/hooks';
import type { RequestView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import type { Failure } from '../../ui/client/failure.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Avatar } from '../../ui/components/avatar.tsx';
import { Button } from '../../ui/components/button.tsx';
import { ConfirmDialog } from '../../ui/components/confirm-dialog.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import { SafetyPhrase } from '../../ui/components/safety-phrase.tsx';
import { Time } from '../../ui/components/time.tsx';
import { shortAddress } from '../../ui/format/address.ts';
import { nameFailure } from '../../ui/format/name.ts';
import { t } from '../../ui/i18n/i18n.ts';

/** Somebody asks: who, with what words, and the answer. */
export function RequestCard({ request }: { request: RequestView }) {
  const { address, name } = request;
  const [petname, setPetname] = useState(name);
  const [refused, setRefused] = useState<Failure>();
  const [declining, setDeclining] = useState(false);
  const accept = useAction(async () => {
    await call('acceptRequest', { address, petname: petname.trim() });
    announce(t('request_accepted', petname.trim()));
  });

  const block = useAction(async () => {
    await call('block', { address });
    announce(t('friend_blocked', name));
  });

  const submit = () => {
    const failure = nameFailure(petname);
    setRefused(failure);
    if (failure === undefined) void accept.run();
  };

  const decline = async () => {
    await call('declineRequest', { address });
    announce(t('request_declined'));
  };

  return (
    <form
      class="card stack request"
      aria-label={t('request_from', name)}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class="person">
        <Avatar address={address} size={44} />
        <div class="person__words">
          <p class="person__name">{name}</p>
          <p class="person__address">
            <code title={address}>{shortAddress(address)}</code> <Time time={request.time} />
          </p>
        </div>
      </div>
      {request.note !== '' && (
        <blockquote class="note" dir="auto">
          {request.note}
        </blockquote>
      )}
      <SafetyPhrase phrase={request.safetyPhrase} />
      <Field
        label={t('request_petname')}
        hint={t('add_petname_hint')}
        value={petname}
        failure={refused}
        onChange={(value) => {
          setPetname(value);
          setRefused(undefined);
        }}
      />
      <FailureNote failure={accept.failure} />
      <div class="actions">
        <Button kind="primary" submit busy={accept.busy}>
          {t('request_accept')}
        </Button>
        <Button onClick={() => setDeclining(true)}>{t('request_decline')}</Button>
        <Button kind="quiet" onClick={() => void block.run()}>
          {t('friend_block')}
        </Button>
      </div>
      {declining && (
        <ConfirmDialog
          title={t('request_decline_title', name)}
          text={t('request_decline_text', name)}
          confirm={t('request_decline')}
          keep={t('request_keep')}
          onConfirm={decline}
          onClose={() => setDeclining(false)}
        />
      )}
    </form>
  );
}
