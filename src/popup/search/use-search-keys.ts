import { useEffect } from 'preact/hooks';
import { goTo } from '../use-route.ts';

/** `/` and Ctrl+K lead to the search from everywhere. */
export function useSearchKeys(ready: boolean): void {
  useEffect(() => {
    if (!ready) return undefined;
    const follow = (event: KeyboardEvent) => {
      if (!isForSearch(event) || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      const input = document.querySelector<HTMLInputElement>('.search__input');
      if (input) input.select();
      else goTo({ view: 'search' });
    };
    document.addEventListener('keydown', follow);
    return () => document.removeEventListener('keydown', follow);
  }, [ready]);
}

function isForSearch({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  if (altKey) return false;
  if (key.toLowerCase() === 'k') return ctrlKey || metaKey;
  const isTyping = target instanceof Element && target.closest('input, textarea, select') !== null;
  return key === '/' && !ctrlKey && !metaKey && !isTyping;
}
