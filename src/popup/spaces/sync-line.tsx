import type { SpaceInfo } from '../../protocol/page-calls.ts';
import { StateDot } from '../../ui/components/state-dot.tsx';
import { codeKey } from '../../ui/i18n/code-key.ts';
import { t } from '../../ui/i18n/i18n.ts';
import type { MessageKey } from '../../ui/i18n/message-key.ts';
import type { Tone } from '../../ui/words/tone.ts';

type Sync = NonNullable<SpaceInfo['sync']>;

const words: Record<Sync['state'], { key: MessageKey; tone: Tone }> = {
  'up-to-date': { key: 'sync_up_to_date', tone: 'good' },
  fetching: { key: 'sync_fetching', tone: 'busy' },
  connecting: { key: 'sync_connecting', tone: 'busy' },
  waiting: { key: 'sync_waiting', tone: 'off' },
  paused: { key: 'sync_paused', tone: 'bad' },
};

/** Whether what others wrote is here, and if not what is waited for. */
export function SyncLine({ sync }: { sync: Sync }) {
  const { key, tone } = words[sync.state];
  const why = sync.code === undefined ? undefined : t(codeKey(sync.code));
  return (
    <p class="space__kind" data-sync={sync.state}>
      <span class="state">
        <StateDot tone={tone} />
        <span>{[t(key), ...(why === undefined ? [] : [why])].join(' ')}</span>
      </span>
    </p>
  );
}
