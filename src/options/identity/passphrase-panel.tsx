import { useState } from 'preact/hooks';
import { lockAfterChoices } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAppState } from '../../ui/client/app-state.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import { Notice } from '../../ui/components/notice.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { Select } from '../../ui/components/select.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { passphraseHint } from '../../ui/words/passphrase.ts';

/** The passphrase before all keys: choosing one, another one, or none. */
export function PassphrasePanel() {
  const { passphrase: chosen } = useAppState();
  return (
    <Panel title={t('passphrase')} text={t('passphrase_text')}>
      {!chosen && (
        <Notice
          tone="busy"
          icon="warning"
          title={t('passphrase_none_title')}
          text={t('passphrase_none_text')}
        />
      )}
      <PassphraseForm key={String(chosen)} chosen={chosen} />
      {chosen && <LockAfterChoice />}
      {chosen && <LockNow />}
    </Panel>
  );
}

function PassphraseForm({ chosen }: { chosen: boolean }) {
  const [now, setNow] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [differ, setDiffer] = useState(false);
  const change = useAction(async (to: string | null) => {
    await call('changePassphrase', { now, next: to });
    setNow('');
    setNext('');
    setAgain('');
    announce(t(to === null ? 'passphrase_removed' : 'passphrase_changed'));
  });
  const edit = (set: (value: string) => void) => (value: string) => {
    set(value);
    setDiffer(false);
    change.forgive();
  };
  const submit = () => {
    if (next === '') return;
    if (next === again) void change.run(next);
    else setDiffer(true);
  };
  return (
    <form
      class="stack"
      aria-label={t('passphrase')}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {chosen && <Field label={t('passphrase_now')} value={now} secret onChange={edit(setNow)} />}
      <Field
        label={t('passphrase_new')}
        hint={t(passphraseHint(next, 'passphrase_hint'))}
        value={next}
        secret
        onChange={edit(setNext)}
      />
      <Field
        label={t('passphrase_again')}
        value={again}
        secret
        problem={differ ? t('passphrase_differ') : undefined}
        onChange={edit(setAgain)}
      />
      <FailureNote failure={change.failure} />
      <div class="actions">
        <Button kind="primary" submit busy={change.busy}>
          {t(chosen ? 'passphrase_change' : 'passphrase_set')}
        </Button>
        {chosen && (
          <Button busy={change.busy} onClick={() => void change.run(null)}>
            {t('passphrase_remove')}
          </Button>
        )}
      </div>
      {chosen && <p class="small soft">{t('passphrase_remove_text')}</p>}
    </form>
  );
}

function LockAfterChoice() {
  const { lockAfter } = useAppState();
  const choose = useAction((value: string) =>
    call('setLockAfter', {
      minutes: lockAfterChoices.find((minutes) => String(minutes) === value) ?? null,
    }),
  );
  return (
    <>
      <Select
        label={t('lock_after')}
        hint={t('lock_after_hint')}
        value={String(lockAfter ?? '')}
        choices={[
          { value: '', label: t('lock_after_never') },
          ...lockAfterChoices.map((minutes) => ({
            value: String(minutes),
            label: t('lock_after_minutes', minutes),
          })),
        ]}
        onChange={(value) => void choose.run(value)}
      />
      <FailureNote failure={choose.failure} />
    </>
  );
}

function LockNow() {
  const lock = useAction(() => call('lock', {}));
  return (
    <div class="actions">
      <FailureNote failure={lock.failure} />
      <Button icon="lock" busy={lock.busy} onClick={() => void lock.run()}>
        {t('lock_now')}
      </Button>
    </div>
  );
}
