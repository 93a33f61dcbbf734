import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { RefusedFrom } from './refused-from.tsx';

/** What others sent and was not kept, by who brought it. */
export function RefusedPanel() {
  const { value, failure } = useAsk('refused', {}, ['refused', 'friends']);
  const clear = useAction(() => call('clearRefused', {}));
  if (value === undefined) return <FailureNote failure={failure} />;
  const { people } = value;
  return (
    <Panel title={t('refused_title')}>
      {people.length === 0 ? (
        <p class="soft">{t('refused_none')}</p>
      ) : (
        <>
          <p class="small soft">{t('refused_text')}</p>
          <ul class="refused">
            {people.map((person) => (
              <RefusedFrom key={person.address ?? ''} person={person} />
            ))}
          </ul>
          <p class="small soft">{t('refused_carried')}</p>
          <FailureNote failure={clear.failure} />
          <div class="actions">
            <Button busy={clear.busy} onClick={() => void clear.run()}>
              {t('refused_clear')}
            </Button>
          </div>
        </>
      )}
    </Panel>
  );
}
