import { optionsUrl, readerUrl } from '../../ui/browser/open-pages.ts';
import { place } from '../../ui/browser/place.ts';
import { useAppState } from '../../ui/client/app-state.ts';
import { call } from '../../ui/client/call.ts';
import { Avatar } from '../../ui/components/avatar.tsx';
import { Icon } from '../../ui/components/icon.tsx';
import { IconButton } from '../../ui/components/button.tsx';
import { Mark } from '../../ui/components/mark.tsx';
import { PageLink } from '../../ui/components/page-link.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { hashOf } from '../route.ts';
import type { Route } from '../route.ts';
import { Navigation } from './navigation.tsx';

export function Brand() {
  return (
    <div class="header__brand">
      <Mark size={28} />
      <span class="header__name">{t('ext_name')}</span>
    </div>
  );
}

/** The top of the popup, the left side of the reader. */
export function Header({ route }: { route: Route }) {
  const state = useAppState();
  const ready = state.phase === 'ready' && state.words !== 'new';
  const wordsMissing = ready && state.words === 'later';
  return (
    <header class="header">
      <Brand />
      {ready && <Navigation route={route} />}
      <div class="header__tools">
        {ready && (
          <a
            class="icon-button"
            href={hashOf({ view: 'search' })}
            aria-label={t('search_title')}
            aria-current={route.view === 'search' ? 'page' : undefined}
            title={t('search_title')}
          >
            <Icon name="search" />
          </a>
        )}
        {place !== 'tab' && (
          <PageLink
            class="icon-button"
            icon="open"
            label={t('action_open_tab')}
            url={readerUrl(ready ? hashOf(route) : '')}
          />
        )}
        {ready && state.passphrase && (
          <IconButton icon="lock" label={t('lock_now')} onClick={() => void call('lock', {})} />
        )}
        <PageLink
          class={wordsMissing ? 'icon-button icon-button--waits' : 'icon-button'}
          icon="settings"
          label={t(wordsMissing ? 'settings_words_missing' : 'action_settings')}
          url={optionsUrl('identity')}
        />
      </div>
      {ready && state.address !== undefined && (
        <div class="header__me">
          <Avatar address={state.address} size={36} />
          <span class="header__my-name">{state.name}</span>
        </div>
      )}
    </header>
  );
}
