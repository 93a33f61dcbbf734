/** What the page shows. It lives in the address's fragment, so that going back and reloading work. */
export type Route =
  | { view: 'feed' }
  | { view: 'friends' }
  | { view: 'conversation'; address: string }
  /** `pending`: look up at once the link or page the person has just chosen. */
  | { view: 'add'; pending: boolean };

export function routeOf(hash: string): Route {
  const [view = '', rest = ''] = hash.replace(/^#/, '').split('/');
  switch (view) {
    case 'friends':
      return { view: 'friends' };
    case 'conversation':
      return rest === '' ? { view: 'friends' } : { view: 'conversation', address: rest };
    case 'add':
      return { view: 'add', pending: rest === 'pending' };
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
    case 'conversation':
      return `#conversation/${route.address}`;
    case 'add':
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
    case 'friends':
    case 'add':
      return { view: 'feed' };
  }
}
