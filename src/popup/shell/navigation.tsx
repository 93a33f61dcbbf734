import { useAppState } from '../../ui/client/app-state.ts';
import { Badge } from '../../ui/components/badge.tsx';
import { Icon } from '../../ui/components/icon.tsx';
import type { IconName } from '../../ui/components/icon.tsx';
import { t, tn } from '../../ui/i18n/i18n.ts';
import { hashOf } from '../route.ts';
import type { Route } from '../route.ts';

export function Navigation({ route }: { route: Route }) {
  const state = useAppState();
  const { unreadPosts, unreadMessages, pendingRequests, pendingAsks } = state;
  const forFriends = [
    ...(unreadMessages > 0 ? [tn('nav_unread', unreadMessages)] : []),
    ...(pendingRequests > 0 ? [tn('nav_requests', pendingRequests)] : []),
  ];
  return (
    <nav class="nav" aria-label={t('nav_label')}>
      <NavigationLink
        to={{ view: 'feed' }}
        icon="feed"
        text={t('nav_feed')}
        current={route.view === 'feed'}
        count={unreadPosts}
        counted={tn('nav_unread', unreadPosts)}
      />
      <NavigationLink
        to={{ view: 'friends' }}
        icon="friends"
        text={t('nav_friends')}
        current={route.view === 'friends' || route.view === 'conversation'}
        count={unreadMessages + pendingRequests}
        counted={forFriends.join(', ')}
      />
      <NavigationLink
        to={{ view: 'spaces' }}
        icon="spaces"
        text={t('nav_spaces')}
        current={spaceViews.has(route.view)}
        count={pendingAsks}
        counted={tn('nav_asks', pendingAsks)}
      />
      <NavigationLink
        to={{ view: 'add', pending: false }}
        icon="add"
        text={t('nav_add')}
        current={route.view === 'add'}
      />
    </nav>
  );
}

const spaceViews: ReadonlySet<Route['view']> = new Set([
  'spaces',
  'space',
  'space-info',
  'new-space',
]);

interface NavigationLinkProps {
  to: Route;
  icon: IconName;
  text: string;
  current: boolean;
  count?: number;
  counted?: string;
}

function NavigationLink({ to, icon, text, current, count = 0, counted = '' }: NavigationLinkProps) {
  return (
    <a
      class={`nav__link nav__link--${to.view}`}
      href={hashOf(to)}
      title={text}
      aria-current={current ? 'page' : undefined}
    >
      <Icon name={icon} />
      <span class="nav__text">{text}</span>
      <Badge count={count} label={counted} />
    </a>
  );
}
