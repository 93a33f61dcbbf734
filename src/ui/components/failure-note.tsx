import type { Failure } from '../client/failure.ts';
import { codeKey } from '../i18n/code-key.ts';
import { detailWords } from '../i18n/detail-words.ts';
import { t } from '../i18n/i18n.ts';
import { Icon } from './icon.tsx';

/** What went wrong and what to do, read aloud when it appears. */
export function FailureNote({ failure }: { failure: Failure | undefined }) {
  if (failure === undefined) return null;
  return (
    <div class="failure" role="alert">
      <Icon name="warning" />
      <div>
        <p>{t(codeKey(failure.code))}</p>
        {failure.detail !== undefined && (
          <p class="failure__detail">{detailWords(failure.code, failure.detail)}</p>
        )}
      </div>
    </div>
  );
}
