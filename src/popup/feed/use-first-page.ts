import { useEffect, useRef, useState } from 'preact/hooks';
import type { AppState, FirstPageView } from '../../protocol/page-calls.ts';
import { readFirstPage } from '../../ui/browser/first-page.ts';
import { client } from '../../ui/browser/page-client.ts';

export interface FirstPage {
  readonly page: FirstPageView | null;
  readonly letGo: () => void;
}

/**
 * The newest posts as they last were: asked for while everything is being opened, and let go when the feed itself
 * is there (`letGo`) or when nothing is to be read.
 */
export function useFirstPage(phase: AppState['phase'] | undefined): FirstPage {
  const [page, setPage] = useState<FirstPageView | null>(null);
  const over = useRef(false);
  const isOpening = phase === undefined || phase === 'starting';
  const isClosed = !isOpening && phase !== 'ready';

  useEffect(() => {
    if (!isOpening) return;
    over.current = false;
    const show = (kept: FirstPageView | null | undefined) => {
      if (!over.current && kept && kept.posts.length > 0) setPage((before) => before ?? kept);
    };
    // Whoever is first; what is wrong the feed will say.
    readFirstPage().then(show, () => undefined);
    client.call('firstPage', {}).then(show, () => undefined);
  }, [isOpening]);

  const letGo = () => {
    over.current = true;
    setPage(null);
  };
  useEffect(() => {
    if (isClosed) letGo();
  }, [isClosed]);

  return { page, letGo };
}
