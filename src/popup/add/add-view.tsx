import { useEffect, useState } from 'preact/hooks';
import type { FriendPreview } from '../../protocol/page-calls.ts';
import { useAppState } from '../../ui/client/app-state.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { Address } from '../../ui/components/address.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import { QrCode } from '../../ui/components/qr-code.tsx';
import { QrFile } from '../../ui/components/qr-file.tsx';
import { Progress } from '../../ui/components/progress.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { Found } from './found.tsx';
import { Sent } from './sent.tsx';

type Step =
  { name: 'ask' } | { name: 'found'; preview: FriendPreview } | { name: 'sent'; petname: string };

/** Adding a friend: an address, what was found there, a request. */
export function AddView({ pending, link: given }: { pending: boolean; link: string }) {
  const [link, setLink] = useState(given);
  const [step, setStep] = useState<Step>({ name: 'ask' });
  const lookUp = useAction(async (wanted: string) => {
    const preview = await call('previewFriend', { link: wanted });
    setStep({ name: 'found', preview });
  });

  const begin = async () => {
    const waiting = await call('pendingLink', {});
    if (waiting === null) return;
    setLink((typed) => (typed === '' ? waiting.link : typed));
    // Looking up tells the other side that someone asks, so it needs the person's own click.
    if (pending) await lookUp.run(waiting.link);
  };
  useEffect(() => {
    begin().catch(() => undefined);
  }, []);

  // What fails here is offered once more, which hurts nobody.
  const dropPending = () => void call('dropPendingLink', {}).catch(() => undefined);

  switch (step.name) {
    case 'found':
      return (
        <Found
          preview={step.preview}
          onSent={(petname) => {
            dropPending();
            setStep({ name: 'sent', petname });
          }}
          onOther={() => {
            dropPending();
            setLink('');
            setStep({ name: 'ask' });
          }}
        />
      );
    case 'sent':
      return <Sent petname={step.petname} />;
    case 'ask':
      return (
        <div class="column">
          <h1 tabIndex={-1}>{t('add_title')}</h1>
          <form
            class="card stack"
            onSubmit={(event) => {
              event.preventDefault();
              void lookUp.run(link.trim());
            }}
          >
            <Field
              label={t('add_link')}
              hint={t('add_link_hint')}
              value={link}
              mono
              focused
              onChange={(value) => {
                setLink(value);
                lookUp.forgive();
              }}
            />
            <QrFile label={t('add_qr_scan')} onRead={setLink} />
            <FailureNote failure={lookUp.failure} />
            {lookUp.busy && (
              <div class="stack stack--tight">
                <Progress label={t('add_looking')} />
                <p class="small soft" role="status">
                  {t('add_looking')}
                </p>
              </div>
            )}
            <div class="actions">
              <Button kind="primary" submit busy={lookUp.busy}>
                {t('add_look_up')}
              </Button>
            </div>
          </form>
          <OwnAddress />
        </div>
      );
  }
}

function OwnAddress() {
  const { address } = useAppState();
  if (address === undefined) return null;
  return (
    <section class="stack stack--tight own-address" aria-label={t('add_own_title')}>
      <h2>{t('add_own_title')}</h2>
      <p class="small soft">{t('add_own_text')}</p>
      <Address address={address} />
      <QrCode text={address} label={t('add_qr_own')} />
    </section>
  );
}
