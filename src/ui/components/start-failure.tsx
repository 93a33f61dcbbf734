import type { AppState } from '../../protocol/page-calls.ts';
import { call } from '../client/call.ts';
import { useAction } from '../client/use-action.ts';
import { t } from '../i18n/i18n.ts';
import { Button } from './button.tsx';
import { FailureNote } from './failure-note.tsx';

/** Why the person's life can't be opened, and the way to try again once that is mended. */
export function StartFailure({ state }: { state: AppState }) {
  const again = useAction(() => call('retry', {}));
  const detail = state.detail ?? (state.host.phase === 'missing' ? state.host.detail : undefined);
  return (
    <>
      <FailureNote
        failure={{ code: state.code ?? 'internal', ...(detail === undefined ? {} : { detail }) }}
      />
      <FailureNote failure={again.failure} />
      <div class="actions">
        <Button kind="primary" busy={again.busy} onClick={() => void again.run()}>
          {t('action_try_again')}
        </Button>
      </div>
    </>
  );
}
