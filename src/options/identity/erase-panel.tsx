import { Panel } from '../../ui/components/panel.tsx';
import { EraseEverything } from '../../ui/components/erase-everything.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** The way out in need. */
export function ErasePanel() {
  return (
    <Panel title={t('erase_title')} text={t('erase_text')}>
      <EraseEverything />
    </Panel>
  );
}
