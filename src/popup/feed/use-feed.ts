import { useEffect, useRef, useState } from 'preact/hooks';
import type { FeedView } from '../../protocol/page-calls.ts';
import { limits } from '../../protocol/limits.ts';
import { client } from '../../ui/browser/page-client.ts';
import { failureOf } from '../../ui/client/failure.ts';
import type { Failure } from '../../ui/client/failure.ts';
import { keepAsking } from '../../ui/client/keep-asking.ts';
import { useAction } from '../../ui/client/use-action.ts';
import type { Action } from '../../ui/client/use-action.ts';
import { appendOlder, joinNewest } from './feed-pages.ts';

const pageItems = 30;

export interface ShownFeed {
  feed: FeedView | undefined;
  failure: Failure | undefined;
  /** Posts that were unread at some time while this page was open: their mark stays until it closes. */
  fresh: ReadonlySet<string>;
  older: Action<[]>;
}

/** The feed, or one space's part of it, as far as the person has scrolled, kept up to date. */
export function useFeed(space?: string): ShownFeed {
  const part = space === undefined ? {} : { space };
  const [feed, setFeed] = useState<FeedView>();
  const [failure, setFailure] = useState<Failure>();
  const shown = useRef<FeedView | undefined>(undefined);
  const fresh = useRef(new Set<string>());

  const show = (next: FeedView) => {
    for (const post of next.posts) if (post.unread) fresh.current.add(post.id);
    shown.current = next;
    setFeed(next);
    setFailure(undefined);
  };

  useEffect(() => {
    const asking = keepAsking(
      () => {
        // All that is shown is asked for again, since a friend's older post may arrive late.
        const wanted = Math.max(pageItems, shown.current?.posts.length ?? 0);
        return client.call('feed', { ...part, limit: Math.min(wanted, limits.feedPageItems) });
      },
      (newest) => show(joinNewest(shown.current, newest)),
      (error) => setFailure(failureOf(error)),
    );
    const unsubscribe = client.subscribe((changed) => {
      if (changed.includes('feed')) asking.again();
    });
    return () => {
      unsubscribe();
      asking.stop();
    };
  }, [space]);

  const older = useAction(async () => {
    const before = shown.current?.posts.at(-1)?.cursor;
    if (before === undefined) return;
    const page = await client.call('feed', { ...part, before, limit: pageItems });
    if (shown.current !== undefined) show(appendOlder(shown.current, page));
  });

  return { feed, failure, fresh: fresh.current, older };
}
