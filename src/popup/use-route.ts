import { useEffect, useRef, useState } from 'preact/hooks';
import { hashOf, parentOf, routeOf } from './route.ts';
import type { Route } from './route.ts';

export function goTo(route: Route): void {
  location.hash = hashOf(route);
}

/** The route of the page. After a move the new view's heading has the focus; Escape leads up. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  const moved = useRef(false);
  const hash = hashOf(route);

  useEffect(() => {
    const follow = () => {
      moved.current = true;
      setRoute(routeOf(location.hash));
    };
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);

  useEffect(() => {
    if (moved.current) document.querySelector<HTMLElement>('[data-start]')?.focus();
    const leave = (event: KeyboardEvent) => {
      const parent = parentOf(routeOf(hash));
      if (event.key !== 'Escape' || event.defaultPrevented || parent === undefined) return;
      if (document.querySelector('dialog[open]') !== null) return;
      // In a popup the browser would close it.
      event.preventDefault();
      goTo(parent);
    };
    document.addEventListener('keydown', leave);
    return () => document.removeEventListener('keydown', leave);
  }, [hash]);

  return route;
}
