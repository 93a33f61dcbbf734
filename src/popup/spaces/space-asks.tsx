import type { SpaceAskView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Avatar } from '../../ui/components/avatar.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Time } from '../../ui/components/time.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { namesOf, personName } from './person-name.ts';
import { ruleSentences } from './rule-words.ts';
import { isPublic, kindKey, kindTextKey } from './space-words.ts';

/** What friends ask one to join; nothing when nobody does. */
export function SpaceAsks() {
  const asks = useAsk('spaceAsks', {}, ['forums']);
  if (asks.failure === undefined && (asks.value ?? []).length === 0) return null;
  return (
    <section class="stack" aria-label={t('asks_title')}>
      <h2>{t('asks_title')}</h2>
      <FailureNote failure={asks.failure} />
      {asks.value?.map((ask) => (
        <AskCard key={ask.space} ask={ask} />
      ))}
    </section>
  );
}

function AskCard({ ask }: { ask: SpaceAskView }) {
  const { space, kind, title, from, founders, rules } = ask;
  const answer = useAction(async (yes: boolean) => {
    await call('answerSpaceAsk', { space, yes });
    announce(t(yes ? 'ask_accepted' : 'ask_declined', title));
  });
  return (
    <article class="card stack request" aria-label={t('ask_label', personName(from), title)}>
      <div class="person">
        <Avatar address={from.address} size={44} />
        <div class="person__words">
          <p class="person__name">{title}</p>
          <p class="person__address">
            {t('ask_from', personName(from), t(kindKey[kind]))} <Time time={ask.time} />
          </p>
        </div>
      </div>
      <p>{t(kindTextKey[kind])}</p>
      {founders.length > 0 && <p>{t('ask_founders', namesOf(founders))}</p>}
      <ul class="rules">
        {ruleSentences(rules).map((key) => (
          <li key={key}>{t(key)}</li>
        ))}
      </ul>
      <p class="space__kind">{t(isPublic(kind) ? 'ask_address_public' : 'ask_address')}</p>
      <FailureNote failure={answer.failure} />
      <div class="actions">
        <Button kind="primary" busy={answer.busy} onClick={() => void answer.run(true)}>
          {t('ask_yes')}
        </Button>
        <Button busy={answer.busy} onClick={() => void answer.run(false)}>
          {t('ask_no')}
        </Button>
      </div>
    </article>
  );
}
