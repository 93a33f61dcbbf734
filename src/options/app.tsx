import { useEffect, useRef, useState } from 'preact/hooks';
import type { AppState } from '../protocol/page-calls.ts';
import { readerUrl } from '../ui/browser/open-pages.ts';
import type { OptionsSection } from '../ui/browser/open-pages.ts';
import { AppStateProvider } from '../ui/client/app-state.ts';
import { useAsk } from '../ui/client/use-ask.ts';
import { Announcer } from '../ui/components/announcer.tsx';
import { EmptyState } from '../ui/components/empty-state.tsx';
import { Icon } from '../ui/components/icon.tsx';
import { Loading } from '../ui/components/loading.tsx';
import { Mark } from '../ui/components/mark.tsx';
import { StartFailure } from '../ui/components/start-failure.tsx';
import { t } from '../ui/i18n/i18n.ts';
import { AboutSection } from './about/about-section.tsx';
import { BackupSection } from './backup/backup-section.tsx';
import { ConnectionSection } from './connection/connection-section.tsx';
import { FriendsSection } from './friends/friends-section.tsx';
import { IdentitySection } from './identity/identity-section.tsx';
import { sectionOf, sections } from './section.ts';
import { StorageSection } from './storage/storage-section.tsx';

export function App() {
  const section = useSection();
  const { value: state } = useAsk('state', {}, ['state']);
  return (
    <div class="settings">
      <Sidebar current={section} />
      <main class="settings__main">
        <Heading key={section} section={section} />
        {state === undefined ? (
          <Loading />
        ) : (
          <AppStateProvider value={state}>
            <Content section={section} state={state} />
          </AppStateProvider>
        )}
      </main>
      <Announcer />
    </div>
  );
}

function useSection(): OptionsSection {
  const [section, setSection] = useState(() => sectionOf(location.hash));
  useEffect(() => {
    const follow = () => setSection(sectionOf(location.hash));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return section;
}

function Sidebar({ current }: { current: OptionsSection }) {
  return (
    <header class="settings__side">
      <div class="settings__brand">
        <Mark size={32} />
        <span>{t('ext_name')}</span>
      </div>
      <nav class="settings__nav" aria-label={t('options_nav_label')}>
        {sections.map(({ name, title, icon }) => (
          <a
            key={name}
            class="settings__link"
            href={`#${name}`}
            aria-current={name === current ? 'page' : undefined}
          >
            <Icon name={icon} />
            <span>{t(title)}</span>
          </a>
        ))}
      </nav>
      <a class="settings__link settings__reader" href={readerUrl()}>
        <Icon name="back" />
        <span>{t('options_open_reader')}</span>
      </a>
    </header>
  );
}

/** The section's heading; after a move it has the focus, so that reading starts there. */
function Heading({ section }: { section: OptionsSection }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (location.hash !== '') heading.current?.focus();
  }, []);
  const title = sections.find(({ name }) => name === section)?.title ?? 'options_identity';
  return (
    <h1 ref={heading} tabIndex={-1}>
      {t(title)}
    </h1>
  );
}

function Content({ section, state }: { section: OptionsSection; state: AppState }) {
  const needsIdentity = section === 'identity' || section === 'friends';
  const needsLife = needsIdentity || section === 'backup';
  if (needsLife && state.phase === 'starting') return <Loading />;
  if (needsLife && state.phase === 'failed') return <StartFailure state={state} />;
  if (needsIdentity && state.phase === 'first-run') {
    return (
      <EmptyState title={t('options_no_identity_title')} text={t('options_no_identity_text')}>
        <a class="button button--primary" href={readerUrl()}>
          {t('options_no_identity_start')}
        </a>
      </EmptyState>
    );
  }
  if (needsLife && state.phase === 'locked') {
    return (
      <EmptyState title={t('locked_title')} text={t('locked_text')}>
        <a class="button button--primary" href={readerUrl()}>
          {t('locked_unlock')}
        </a>
      </EmptyState>
    );
  }
  switch (section) {
    case 'identity':
      return <IdentitySection />;
    case 'friends':
      return <FriendsSection />;
    case 'connection':
      return <ConnectionSection />;
    case 'storage':
      return <StorageSection />;
    case 'backup':
      return <BackupSection />;
    case 'about':
      return <AboutSection />;
  }
}
