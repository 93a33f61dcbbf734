import { useState } from 'preact/hooks';
import type { ForumView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { ChooseFriends } from './choose-friends.tsx';
import { isByAuthors } from './space-words.ts';

/** Friends are asked whether they want to come in; then members vote, or the owner has decided. */
export function AdmitFriends({ forum }: { forum: ForumView }) {
  const { space, kind, people, rules, state } = forum;
  const [chosen, setChosen] = useState<string[]>([]);
  const propose = useAction(async () => {
    await call('proposeMembers', { space, action: 'admit', people: chosen });
    setChosen([]);
    announce(t('admit_asked'));
  });
  if (state !== 'member') return null;
  return (
    <Panel
      title={t('admit_title')}
      text={t(
        rules.rule === 'owner'
          ? 'admit_text_owner'
          : isByAuthors(kind)
            ? 'admit_text_authors'
            : 'admit_text',
      )}
    >
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen.length > 0) void propose.run();
        }}
      >
        <ChooseFriends
          label={t('admit_who')}
          chosen={chosen}
          without={people.map(({ address }) => address)}
          onChange={setChosen}
        />
        <FailureNote failure={propose.failure} />
        <div class="actions">
          <Button submit busy={propose.busy}>
            {t('admit_go')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
