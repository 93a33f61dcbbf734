import { Panel } from '../../ui/components/panel.tsx';
import { sizeInWords } from '../../ui/format/bytes.ts';
import { language, t } from '../../ui/i18n/i18n.ts';

interface Day {
  readonly day: string;
  readonly bytes: number;
}

/** Days shown one by one. */
const shown = 30;

/** How the size came about, day by day. With one day there is no growth to show yet. */
export function Growth({ days }: { days: readonly Day[] }) {
  const last = days.slice(-shown);
  const [first] = last;
  const now = last.at(-1);
  if (first === undefined || now === undefined || last.length < 2) return null;
  const most = Math.max(...last.map(({ bytes }) => bytes));
  const grown = now.bytes - first.bytes;
  const size = (bytes: number) => sizeInWords(bytes, language);
  return (
    <Panel title={t('storage_growth_title')}>
      <p>
        {grown >= 0
          ? t('storage_grown', size(grown), dateInWords(first.day))
          : t('storage_shrunk', size(-grown), dateInWords(first.day))}
      </p>
      <ol class="growth" aria-label={t('storage_growth_label')}>
        {last.map(({ day, bytes }) => (
          <li key={day} class="growth__day" title={`${dateInWords(day)}: ${size(bytes)}`}>
            <meter class="growth__bar" max={most} value={bytes}>
              {`${dateInWords(day)}: ${size(bytes)}`}
            </meter>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function dateInWords(day: string): string {
  return new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  }).format(new Date(day));
}
