/** What the page shows. It lives in the address's fragment, so that going back and reloading work. */
export type Route =
  | { view: 'feed' }
  | { view: 'thread'; space: string; post: string }
  | { view: 'friends' }
  | { view: 'search' }
  | { view: 'conversation'; address: string }
  | { view: 'spaces' }
  | { view: 'space'; space: string }
  /** What it is, who belongs, what one can do about it. */
  | { view: 'space-info'; space: string }
  /** `kind`: which one is made; without, one is asked. */
  | { view: 'new-space'; kind?: string }
  /** `pending`: look up at once the link or page the person has just chosen. */
  /** `link`: an address to begin with. */
  | { view: 'add'; pending: boolean; link?: string };

export function routeOf(hash: string): Route {
  const [view = '', rest = '', more = ''] = hash.replace(/^#/, '').split('/');
  switch (view) {
    case 'friends':
      return { view: 'friends' };
    case 'search':
      return { view: 'search' };
    case 'thread':
      return more === '' ? { view: 'feed' } : { view: 'thread', space: rest, post: more };
    case 'conversation':
      return rest === '' ? { view: 'friends' } : { view: 'conversation', address: rest };
    case 'spaces':
      return { view: 'spaces' };
    case 'space':
      return rest === '' ? { view: 'spaces' } : { view: 'space', space: rest };
    case 'space-info':
      return rest === '' ? { view: 'spaces' } : { view: 'space-info', space: rest };
    case 'new-space':
      return rest === '' ? { view: 'new-space' } : { view: 'new-space', kind: rest };
    case 'add':
      if (rest === '' || rest === 'pending') return { view: 'add', pending: rest === 'pending' };
      return { view: 'add', pending: false, link: rest };
    default:
      return { view: 'feed' };
  }
}

export function hashOf(route: Route): string {
  switch (route.view) {
    case 'feed':
      return '#feed';
    case 'friends':
      return '#friends';
    case 'search':
      return '#search';
    case 'thread':
      return `#thread/${route.space}/${route.post}`;
    case 'conversation':
      return `#conversation/${route.address}`;
    case 'spaces':
      return '#spaces';
    case 'space':
      return `#space/${route.space}`;
    case 'space-info':
      return `#space-info/${route.space}`;
    case 'new-space':
      return route.kind === undefined ? '#new-space' : `#new-space/${route.kind}`;
    case 'add':
      if (route.link !== undefined) return `#add/${route.link}`;
      return route.pending ? '#add/pending' : '#add';
  }
}

/** Where Escape and the back button lead. */
export function parentOf(route: Route): Route | undefined {
  switch (route.view) {
    case 'feed':
      return undefined;
    case 'conversation':
      return { view: 'friends' };
    case 'space':
      return { view: 'spaces' };
    case 'space-info':
      return { view: 'space', space: route.space };
    case 'new-space':
      return route.kind === undefined ? { view: 'spaces' } : { view: 'new-space' };
    case 'thread':
    case 'search':
    case 'friends':
    case 'spaces':
    case 'add':
      return { view: 'feed' };
  }
}
