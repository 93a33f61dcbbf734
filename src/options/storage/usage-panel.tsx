import type { StoragePart, StorageView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { Fact, Facts } from '../../ui/components/facts.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { PageLink } from '../../ui/components/page-link.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { sizeInWords } from '../../ui/format/bytes.ts';
import { language, t } from '../../ui/i18n/i18n.ts';
import { partInWords } from './part-words.ts';

const size = (bytes: number) => sizeInWords(bytes, language);

/** How much there is in all, and whose it is. */
export function UsagePanel({ storage }: { storage: StorageView }) {
  const { total, inBrowser, free, parts } = storage;
  const compact = useAction(async () => {
    const { freed } = await call('compactStorage', {});
    announce(t('storage_compacted', size(freed)));
  });
  if (total === undefined) {
    return (
      <Panel title={t('storage_used_title')}>
        <p class="soft">{t('storage_not_measured')}</p>
      </Panel>
    );
  }
  return (
    <Panel title={t('storage_used_title')} text={t('storage_used_text')}>
      <Facts>
        <Fact name={t('storage_total')}>{size(total)}</Fact>
        {inBrowser !== undefined && <Fact name={t('storage_in_browser')}>{size(inBrowser)}</Fact>}
        {free !== undefined && <Fact name={t('storage_free')}>{size(free)}</Fact>}
      </Facts>
      <PartsTable parts={parts} />
      <FailureNote failure={compact.failure} />
      <div class="actions">
        <Button busy={compact.busy} onClick={() => void compact.run()}>
          {t('storage_compact')}
        </Button>
        <p class="small soft">{t('storage_compact_hint')}</p>
      </div>
    </Panel>
  );
}

function PartsTable({ parts }: { parts: readonly StoragePart[] }) {
  const largest = parts[0]?.bytes ?? 0;
  return (
    <table class="table usage">
      <thead>
        <tr>
          <th scope="col">{t('storage_what')}</th>
          <th scope="col" class="usage__bytes">
            {t('storage_bytes')}
          </th>
        </tr>
      </thead>
      <tbody>
        {parts.map((part) => (
          <PartRow key={partInWords(part).url ?? part.what} part={part} largest={largest} />
        ))}
      </tbody>
    </table>
  );
}

function PartRow({ part, largest }: { part: StoragePart; largest: number }) {
  const { name, url } = partInWords(part);
  return (
    <tr>
      <th scope="row">
        {url === undefined ? name : <PageLink url={url}>{name}</PageLink>}
        {/* The number beside it says the same. */}
        <meter class="usage__bar" aria-hidden="true" max={largest} value={part.bytes} />
      </th>
      <td class="usage__bytes">{size(part.bytes)}</td>
    </tr>
  );
}
