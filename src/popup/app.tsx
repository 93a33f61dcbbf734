import type { AppState, FirstPageView } from '../protocol/page-calls.ts';
import { AppStateProvider } from '../ui/client/app-state.ts';
import { useAsk } from '../ui/client/use-ask.ts';
import { Announcer } from '../ui/components/announcer.tsx';
import { Mark } from '../ui/components/mark.tsx';
import { StartFailure } from '../ui/components/start-failure.tsx';
import { t } from '../ui/i18n/i18n.ts';
import { AddView } from './add/add-view.tsx';
import { FeedView } from './feed/feed-view.tsx';
import { OpeningView } from './feed/opening-view.tsx';
import { ThreadView } from './feed/thread-view.tsx';
import { type FirstPage, useFirstPage } from './feed/use-first-page.ts';
import { FirstRun } from './first-run/first-run.tsx';
import { WordsStep } from './first-run/words-step.tsx';
import { FriendsView } from './friends/friends-view.tsx';
import { LockedView } from './locked/locked-view.tsx';
import { hashOf, type Route } from './route.ts';
import { SearchView } from './search/search-view.tsx';
import { useSearchKeys } from './search/use-search-keys.ts';
import { Brand, Header } from './shell/header.tsx';
import { OpeningProgress } from './shell/opening-progress.tsx';
import { StatusLine } from './shell/status-line.tsx';
import { NewSpaceView } from './spaces/new-space-view.tsx';
import { SpaceInfoPage } from './spaces/space-info-page.tsx';
import { SpacePage } from './spaces/space-page.tsx';
import { SpacesView } from './spaces/spaces-view.tsx';
import { useRoute } from './use-route.ts';

/** The whole page: popup, sidebar and reader are this at different sizes. */
export function App() {
  const route = useRoute();
  const { value: state } = useAsk('state', {}, ['state']);
  useSearchKeys(state?.phase === 'ready');
  const first = useFirstPage(state?.phase);
  if (state === undefined || state.phase === 'starting') {
    const { opening } = state ?? {};
    return route.view === 'feed' && first.page ? (
      <Opening page={first.page} opening={opening} />
    ) : (
      <Starting opening={opening} />
    );
  }
  return (
    <AppStateProvider value={state}>
      <div class="page" data-view={state.phase === 'ready' ? route.view : state.phase}>
        <Header route={route} />
        <main class="page__main">
          <Content state={state} route={route} first={first} />
        </main>
        <StatusLine />
        <Announcer />
      </div>
    </AppStateProvider>
  );
}

interface ContentProps {
  state: AppState;
  route: Route;
  first: FirstPage;
}

function Content({ state, route, first }: ContentProps) {
  if (state.phase === 'failed') return <Failed state={state} />;
  if (state.phase === 'locked') return <LockedView />;
  if (state.phase === 'first-run') return <FirstRun />;
  if (state.words === 'new') return <WordsStep />;
  switch (route.view) {
    case 'feed':
      return <FeedView first={first} />;
    case 'thread':
      return <ThreadView key={route.post} space={route.space} post={route.post} />;
    case 'friends':
      return <FriendsView />;
    case 'conversation':
      return <FriendsView address={route.address} />;
    case 'search':
      return <SearchView />;
    case 'spaces':
      return <SpacesView />;
    case 'space':
      return <SpacePage key={route.space} space={route.space} />;
    case 'space-info':
      return <SpaceInfoPage key={route.space} space={route.space} />;
    case 'new-space':
      return <NewSpaceView key={route.kind} kind={route.kind} />;
    case 'add':
      return <AddView key={hashOf(route)} pending={route.pending} link={route.link ?? ''} />;
  }
}

interface OpeningProps {
  opening: AppState['opening'];
}

/** Nothing is known yet but what could be read last. */
function Opening({ page, opening }: OpeningProps & { page: FirstPageView }) {
  return (
    <div class="page" data-view="feed">
      <header class="header">
        <Brand />
      </header>
      <main class="page__main">
        <OpeningView page={page}>
          <OpeningProgress opening={opening} />
        </OpeningView>
      </main>
    </div>
  );
}

function Starting({ opening }: OpeningProps) {
  return (
    <main class="starting">
      <Mark size={56} />
      <p role="status">{t('starting')}</p>
      <OpeningProgress opening={opening} />
    </main>
  );
}

function Failed({ state }: { state: AppState }) {
  return (
    <div class="column">
      <h1>{t('failed_title')}</h1>
      <StartFailure state={state} />
    </div>
  );
}
