import { storageLimits } from '../../protocol/page-calls/storage.ts';
import type { StorageLevel, StorageView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Notice } from '../../ui/components/notice.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { Progress } from '../../ui/components/progress.tsx';
import { Select } from '../../ui/components/select.tsx';
import { sizeInWords } from '../../ui/format/bytes.ts';
import { language, t } from '../../ui/i18n/i18n.ts';
import { levelKeys } from '../../ui/words/storage.ts';

const size = (bytes: number) => sizeInWords(bytes, language);

/** How much may be kept, and what follows when that is reached. */
export function LimitPanel({ storage }: { storage: StorageView }) {
  const { limit, total = 0, level } = storage;
  const change = useAction((value: string) => {
    const chosen = storageLimits.find((one) => String(one) === value) ?? null;
    return call('setStorageLimit', { limit: chosen });
  });
  return (
    <Panel title={t('storage_limit_title')}>
      <Select
        label={t('storage_limit_label')}
        hint={t('storage_limit_hint')}
        value={String(limit)}
        choices={storageLimits.map((one) => ({
          value: String(one),
          label: one === null ? t('storage_limit_none') : size(one),
        }))}
        onChange={(value) => void change.run(value)}
      />
      {limit !== null && (
        <div class="stack stack--tight">
          <Progress
            label={t('storage_limit_used', size(total), size(limit))}
            percent={Math.min(100, (total / limit) * 100)}
          />
          <p class="small soft">{t('storage_limit_used', size(total), size(limit))}</p>
        </div>
      )}
      <LevelNotice level={level} />
      <FailureNote failure={change.failure} />
    </Panel>
  );
}

function LevelNotice({ level }: { level: StorageLevel }) {
  if (level === 'fine') return null;
  const { title, text } = levelKeys[level];
  const tone = level === 'near' ? 'busy' : 'bad';
  return <Notice tone={tone} icon="warning" title={t(title)} text={t(text)} />;
}
