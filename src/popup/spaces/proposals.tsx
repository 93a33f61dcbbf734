import type { ForumView, HeldBackView, ProposalView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { Time } from '../../ui/components/time.tsx';
import { t, tn } from '../../ui/i18n/i18n.ts';
import type { MessageKey } from '../../ui/i18n/message-key.ts';
import { byPerson, namesOf, personName } from './person-name.ts';

const actionKey: Record<ProposalView['action'], MessageKey> = {
  admit: 'proposal_admit',
  remove: 'proposal_remove',
  dormant: 'proposal_dormant',
};

const askedKey: Record<ForumView['asked'][number]['answer'], MessageKey> = {
  waiting: 'asked_waiting',
  agreed: 'asked_agreed',
  declined: 'asked_declined',
};

/** What is put to the vote, and who has been asked to come in. */
export function Proposals({ forum: { space, proposals, asked } }: { forum: ForumView }) {
  if (proposals.length === 0 && asked.length === 0) return null;
  return (
    <Panel title={t('proposals_title')}>
      {proposals.map((proposal) => (
        <Proposal key={proposal.id} space={space} proposal={proposal} />
      ))}
      {asked.map((person) => (
        <p key={person.address}>
          {t(askedKey[person.answer], personName(person))} <Time time={person.time} />
        </p>
      ))}
    </Panel>
  );
}

function Proposal({ space, proposal }: { space: string; proposal: ProposalView }) {
  const { id, action, people, by, yes, no, needed, mine, mayVote } = proposal;
  const what = t(actionKey[action], namesOf(people));
  const vote = useAction(async (agrees: boolean) => {
    await call('voteOnProposal', { space, proposal: id, yes: agrees });
    announce(t('vote_done'));
  });
  return (
    <article class="proposal stack" aria-label={what}>
      <div>
        <p class="space__title">{what}</p>
        <p class="space__kind">
          {t('proposal_by', byPerson(by))} <Time time={proposal.time} />
        </p>
        <p class="space__kind">
          {[
            tn('proposal_yes', yes.length),
            tn('proposal_no', no.length),
            tn('proposal_needed', needed),
          ].join(' · ')}
        </p>
        {mine !== undefined && (
          <p>{t(mine === 'yes' ? 'proposal_mine_yes' : 'proposal_mine_no')}</p>
        )}
      </div>
      <FailureNote failure={vote.failure} />
      {mayVote && (
        <div class="actions">
          {mine !== 'yes' && (
            <Button kind="primary" busy={vote.busy} onClick={() => void vote.run(true)}>
              {t('vote_yes')}
            </Button>
          )}
          {mine !== 'no' && (
            <Button busy={vote.busy} onClick={() => void vote.run(false)}>
              {t('vote_no')}
            </Button>
          )}
        </div>
      )}
    </article>
  );
}

/** Decisions that somebody may have forged, and that members can say are genuine. */
export function HeldBack({ forum: { space, heldBack } }: { forum: ForumView }) {
  if (heldBack.length === 0) return null;
  return (
    <Panel title={t('held_title')} text={t('held_text')}>
      {heldBack.map((decision) => (
        <Held key={decision.id} space={space} decision={decision} />
      ))}
    </Panel>
  );
}

function Held({ space, decision }: { space: string; decision: HeldBackView }) {
  const { id, action, people, decidedBy, acceptedBy, mine } = decision;
  const accept = useAction(() => call('acceptDecision', { space, decision: id }));
  return (
    <div class="proposal stack">
      <p>
        {t(actionKey[action], namesOf(people))} ({personName(decidedBy)})
      </p>
      <p class="space__kind">{tn('held_accepted', acceptedBy.length)}</p>
      <FailureNote failure={accept.failure} />
      {!mine && (
        <div class="actions">
          <Button busy={accept.busy} onClick={() => void accept.run()}>
            {t('held_accept')}
          </Button>
        </div>
      )}
    </div>
  );
}
