import { useState } from 'preact/hooks';
import { useAppState } from '../../ui/client/app-state.ts';
import { saveBlob } from '../../ui/client/read-file.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Notice } from '../../ui/components/notice.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { t, tn } from '../../ui/i18n/i18n.ts';
import { exportPosts } from './export-posts.ts';

/** One's own posts, for any other program. */
export function ExportPanel() {
  const { name = '' } = useAppState();
  const [count, setCount] = useState(0);
  const [saved, setSaved] = useState<string>();
  const save = useAction(async () => {
    setSaved(undefined);
    setCount(0);
    const file = `network25-posts-${new Date().toISOString().slice(0, 10)}.json`;
    saveBlob(file, await exportPosts(name, setCount));
    setSaved(file);
  });
  return (
    <Panel title={t('export_title')} text={t('export_text')}>
      {(save.busy || saved !== undefined) && <p>{tn('export_posts', count)}</p>}
      {saved !== undefined && !save.busy && (
        <Notice
          tone="busy"
          icon="warning"
          title={t('backup_saved', saved)}
          text={t('export_saved_text')}
        />
      )}
      <FailureNote failure={save.failure} />
      <div class="actions">
        <Button busy={save.busy} onClick={() => void save.run()}>
          {t('export_save')}
        </Button>
      </div>
    </Panel>
  );
}
