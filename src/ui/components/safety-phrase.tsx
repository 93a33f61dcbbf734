import { useId } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';

/** The phrase two friends compare to know that nobody is in between. */
export function SafetyPhrase({ phrase }: { phrase: string }) {
  const id = useId();
  return (
    <div class="safety" role="group" aria-labelledby={id}>
      <p class="safety__label" id={id}>
        {t('safety_label')}
      </p>
      <p class="safety__phrase" data-safety-phrase>
        {phrase.split(/\s+/).map((group, index) => (
          <span key={index}>{group} </span>
        ))}
      </p>
      <p class="safety__hint">{t('safety_hint')}</p>
    </div>
  );
}
