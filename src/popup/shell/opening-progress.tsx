import type { AppState } from '../../protocol/page-calls.ts';
import { Progress } from '../../ui/components/progress.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** How far everything is read; nothing while that isn't known. */
export function OpeningProgress({ opening }: { opening: AppState['opening'] }) {
  if (opening === undefined) return null;
  const words = t('opening_spaces', opening.done, opening.of);
  return (
    <div class="opening-progress">
      <Progress label={words} percent={(100 * opening.done) / opening.of} />
      <p class="small soft" aria-hidden>
        {words}
      </p>
    </div>
  );
}
