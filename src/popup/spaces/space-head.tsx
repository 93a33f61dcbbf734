import type { SpaceInfo } from '../../protocol/page-calls.ts';
import { Icon } from '../../ui/components/icon.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { hashOf } from '../route.ts';
import type { Route } from '../route.ts';
import { SyncLine } from './sync-line.tsx';
import { iconOf, kindKey } from './space-words.ts';

interface SpaceHeadProps {
  space: SpaceInfo;
  /** Where the arrow leads. */
  back: Route;
  /** Whether there is a way to the page about it. */
  more: boolean;
}

export function SpaceHead({ space, back, more }: SpaceHeadProps) {
  const { name, kind, title } = space;
  return (
    <div class="space-head">
      <a
        class="icon-button"
        href={hashOf(back)}
        aria-label={t('action_back')}
        title={t('action_back')}
      >
        <Icon name="back" />
      </a>
      <span class={`space__sign space__sign--${kind}`}>
        <Icon name={iconOf(kind)} />
      </span>
      <div class="space__words">
        <h1 tabIndex={-1} data-start dir="auto">
          {title || t('space_untitled')}
        </h1>
        <p class="space__kind">
          {t(kindKey[kind])}
          {space.ownerName !== undefined && ` · ${space.ownerName}`}
        </p>
        {more && space.sync !== undefined && <SyncLine sync={space.sync} />}
      </div>
      {more && (
        <a class="button button--plain" href={hashOf({ view: 'space-info', space: name })}>
          <Icon name="info" />
          <span>{t('space_about')}</span>
        </a>
      )}
    </div>
  );
}
