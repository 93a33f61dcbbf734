import type { KeyView } from '../../protocol/page-calls.ts';
import { t } from '../i18n/i18n.ts';
import { keyWords } from '../words/keys.ts';
import { CopyButton } from './copy-button.tsx';

interface KeyListProps {
  keys: readonly KeyView[];
  /** Whose: it changes what is said about them. */
  of: 'mine' | 'theirs';
}

/** Public keys in groups of four, each with what it is for and a button that copies it. */
export function KeyList({ keys, of }: KeyListProps) {
  return (
    <ul class="keys">
      {keys.map((key) => {
        const words = keyWords[key.use];
        return (
          <li class="key" key={key.use + key.value}>
            <div class="key__head">
              <span class="key__name">{t(words.name)}</span>
              <span class="key__algorithm">{key.algorithm}</span>
              <CopyButton label={t(words.copy)} text={key.value.replaceAll(/\s/g, '')} />
            </div>
            <p class="key__use">{t(words[of])}</p>
            <code class="key__value" data-key-use={key.use}>
              {(key.value.match(/[0-9a-f]{1,4}/gi) ?? []).map((group, index) => (
                <span key={index}>{group} </span>
              ))}
            </code>
          </li>
        );
      })}
    </ul>
  );
}
