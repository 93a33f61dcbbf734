import { describe, expect, it } from 'vitest';
import { hashOf, parentOf, routeOf } from '../../src/popup/route.ts';
import type { Route } from '../../src/popup/route.ts';
import { sectionOf } from '../../src/options/section.ts';

const routes: Route[] = [
  { view: 'feed' },
  { view: 'friends' },
  { view: 'search' },
  { view: 'conversation', address: `${'a'.repeat(56)}.onion` },
  { view: 'spaces' },
  { view: 'space', space: `s${'a'.repeat(52)}` },
  { view: 'space-info', space: `s${'a'.repeat(52)}` },
  { view: 'new-space' },
  { view: 'new-space', kind: 'blog' },
  { view: 'add', pending: false },
  { view: 'add', pending: true },
  { view: 'add', pending: false, link: 'abc.onion' },
];

describe('routes', () => {
  it('survive a reload', () => {
    for (const route of routes) expect(routeOf(hashOf(route))).toEqual(route);
  });

  it('lead to the feed when there is none, or one we do not know', () => {
    for (const hash of ['', '#', '#nonsense', '#feed/more']) {
      expect(routeOf(hash)).toEqual({ view: 'feed' });
    }
  });

  it('lead to the list when no conversation is named', () => {
    expect(routeOf('#conversation')).toEqual({ view: 'friends' });
    expect(routeOf('#conversation/')).toEqual({ view: 'friends' });
    for (const hash of ['#space', '#space/', '#space-info']) {
      expect(routeOf(hash)).toEqual({ view: 'spaces' });
    }
  });

  it('all lead back to the feed in the end', () => {
    for (const start of routes) {
      let route: Route | undefined = start;
      for (let steps = 0; parentOf(route) !== undefined; steps += 1) {
        route = parentOf(route) ?? route;
        expect(steps).toBeLessThan(4);
      }
      expect(route).toEqual({ view: 'feed' });
    }
  });
});

describe('sections of the settings', () => {
  it('are named in the address, identity first', () => {
    expect(sectionOf('#connection')).toBe('connection');
    expect(sectionOf('')).toBe('identity');
    expect(sectionOf('#nonsense')).toBe('identity');
  });
});
