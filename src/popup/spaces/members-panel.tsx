import { useState } from 'preact/hooks';
import type { AdmissionView, ForumView, MemberView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Avatar } from '../../ui/components/avatar.tsx';
import { Button } from '../../ui/components/button.tsx';
import { ConfirmDialog } from '../../ui/components/confirm-dialog.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { Time } from '../../ui/components/time.tsx';
import { t, tn } from '../../ui/i18n/i18n.ts';
import type { MessageKey } from '../../ui/i18n/message-key.ts';
import { byPeople, byPerson, personName } from './person-name.ts';
import { isByAuthors } from './space-words.ts';

/** A space with members, as one who belongs to it sees it, or who only reads it. */
type WithMembers = Pick<ForumView, 'space' | 'kind' | 'rules' | 'people' | 'past'> &
  Partial<Pick<ForumView, 'state' | 'owner'>>;

/** Who belongs, by which keys, and how each of them got in; and who belonged once. */
export function MembersPanel({ forum }: { forum: WithMembers }) {
  const { people, past, kind } = forum;
  const authors = isByAuthors(kind);
  return (
    <Panel title={tn(authors ? 'space_authors' : 'space_members', people.length)}>
      <ul class="spaces">
        {people.map((member) => (
          <Member key={member.address} forum={forum} member={member} />
        ))}
      </ul>
      {past.length > 0 && (
        <details class="muted">
          <summary>{t(authors ? 'authors_past' : 'members_past')}</summary>
          <ul class="spaces">
            {past.map((person) => (
              <li key={person.address} class="space">
                <Avatar address={person.address} size={36} />
                <span class="space__words">
                  <span class="space__title">{personName(person)}</span>
                  {person.departures.map((departure) => (
                    <span key={departure.time} class="space__kind">
                      {t(departure.how === 'left' ? 'departure_left' : 'departure_removed')}{' '}
                      <Time time={departure.time} />
                    </span>
                  ))}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}

interface Words {
  act: MessageKey;
  title: MessageKey;
  text: MessageKey;
}

const removal: Words = {
  act: 'member_remove',
  title: 'member_remove_title',
  text: 'member_remove_text',
};

const proposedRemoval: Words = {
  act: 'member_propose_removal',
  title: 'member_propose_removal_title',
  text: 'member_propose_removal_text',
};

function Member({ forum, member }: { forum: WithMembers; member: MemberView }) {
  const { space, rules } = forum;
  const [asking, setAsking] = useState(false);
  const name = personName(member);
  const mayRemove =
    forum.state === 'member' && !member.me && (rules.rule !== 'owner' || forum.owner === true);
  const remove = async () => {
    await call('proposeMembers', { space, action: 'remove', people: [member.address] });
    announce(t(rules.rule === 'owner' ? 'member_removed' : 'proposal_made', name));
  };
  const words = rules.rule === 'owner' ? removal : proposedRemoval;
  return (
    <li class="space" data-member={member.address}>
      <Avatar address={member.address} size={36} />
      <span class="space__words">
        <span class="space__title">
          {name}
          {member.sleeping && ` (${t('member_sleeping')})`}
        </span>
        {member.admissions.map((admission) => (
          <span key={admission.time} class="space__kind">
            {admissionWords(admission)}
          </span>
        ))}
        <details class="space__kind">
          <summary>{t('member_keys')}</summary>
          <code class="member__key">{member.address}</code>
          {member.devices.map((device) => (
            <code key={device} class="member__key">
              {device}
            </code>
          ))}
        </details>
      </span>
      {mayRemove && <Button onClick={() => setAsking(true)}>{t(words.act)}</Button>}
      {asking && (
        <ConfirmDialog
          title={t(words.title, name)}
          text={t(words.text)}
          confirm={t(words.act)}
          keep={t('member_keep')}
          onConfirm={remove}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  );
}

function admissionWords(admission: AdmissionView): string {
  if (admission.how === 'founder') return t('admission_founder');
  if (admission.how === 'owner') return t('admission_owner', byPerson(admission.by));
  return t('admission_vote', byPerson(admission.proposedBy), byPeople(admission.votes));
}
