import { useEffect, useState } from 'preact/hooks';
import { absoluteTime, relativeTime, staysTrueFor } from '../format/time.ts';
import { language } from '../i18n/i18n.ts';

/** A relative time that stays true while the page is open; the absolute one is its title. */
export function Time({ time }: { time: number }) {
  const [now, setNow] = useState(() => Date.now());

  useEffect(() => {
    const timer = setTimeout(() => setNow(Date.now()), staysTrueFor(time, now));
    return () => clearTimeout(timer);
  }, [time, now]);

  return (
    <time class="time" dateTime={new Date(time).toISOString()} title={absoluteTime(time, language)}>
      {relativeTime(time, Math.max(now, Date.now()), language)}
    </time>
  );
}
