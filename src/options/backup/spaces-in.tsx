import type { RestoredView } from '../../protocol/page-calls/backup.ts';
import { Checkbox } from '../../ui/components/checkbox.tsx';
import { absoluteTime } from '../../ui/format/time.ts';
import { language, t, tn } from '../../ui/i18n/i18n.ts';

interface SpacesInProps {
  seen: RestoredView;
  wanted: ReadonlySet<string>;
  onChange: (wanted: ReadonlySet<string>) => void;
}

/** The spaces of a backup; those that are missing here can be chosen. */
export function SpacesIn({ seen, wanted, onChange }: SpacesInProps) {
  const missing = seen.spaces.filter(({ here }) => !here);
  return (
    <>
      <p>
        {t('restore_made', absoluteTime(seen.made, language))}{' '}
        {missing.length === 0
          ? t('restore_nothing_missing')
          : tn('restore_missing_count', missing.length)}
      </p>
      <div class="stack stack--tight">
        {missing.map(({ name, title }) => (
          <Checkbox
            key={name}
            label={title}
            checked={wanted.has(name)}
            onChange={(checked) => {
              const next = new Set(wanted);
              if (checked) next.add(name);
              else next.delete(name);
              onChange(next);
            }}
          />
        ))}
      </div>
    </>
  );
}
