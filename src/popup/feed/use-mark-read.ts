import { useEffect } from 'preact/hooks';
import { call } from '../../ui/client/call.ts';

/** Long enough that opening and closing at once does not count as reading. */
const readAfter = 1_000;

/** Counts the feed as read once unread posts have been on the screen for a moment. */
export function useMarkRead(unread: boolean): void {
  useEffect(() => {
    if (!unread) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = () => {
      clearTimeout(timer);
      if (document.visibilityState !== 'visible') return;
      // If it can't be marked now the posts stay unread, which is no harm.
      timer = setTimeout(() => void call('markFeedRead', {}).catch(() => undefined), readAfter);
    };
    wait();
    document.addEventListener('visibilitychange', wait);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', wait);
    };
  }, [unread]);
}
