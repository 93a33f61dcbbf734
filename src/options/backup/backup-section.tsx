import { useState } from 'preact/hooks';
import type { RestoredView } from '../../protocol/page-calls/backup.ts';
import { readerUrl } from '../../ui/browser/open-pages.ts';
import { useAppState } from '../../ui/client/app-state.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { Notice } from '../../ui/components/notice.tsx';
import { absoluteTime } from '../../ui/format/time.ts';
import { language, t } from '../../ui/i18n/i18n.ts';
import { ExportPanel } from './export-panel.tsx';
import { MakePanel } from './make-panel.tsx';
import { MissingPanel, RestorePanel } from './restore-panel.tsx';

export function BackupSection() {
  const { phase } = useAppState();
  const [restored, setRestored] = useState<RestoredView>();
  if (phase === 'first-run') return <RestorePanel onDone={setRestored} />;
  return (
    <>
      {restored !== undefined && <Restored restored={restored} />}
      <OwnBackups />
    </>
  );
}

function Restored({ restored: { made } }: { restored: RestoredView }) {
  return (
    <Notice
      tone="good"
      icon="check"
      title={t('restored_title')}
      text={t('restored_text', absoluteTime(made, language))}
    >
      <a class="button button--primary" href={readerUrl()}>
        {t('options_open_reader')}
      </a>
    </Notice>
  );
}

function OwnBackups() {
  const { value, failure } = useAsk('backup', {}, ['state']);
  if (value === undefined) return failure ? <FailureNote failure={failure} /> : <Loading />;
  return (
    <>
      <MakePanel backup={value} />
      <MissingPanel />
      <ExportPanel />
    </>
  );
}
