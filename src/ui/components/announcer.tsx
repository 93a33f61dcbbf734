import { useEffect, useState } from 'preact/hooks';

type Hear = (text: string) => void;
const hearers = new Set<Hear>();

/** Says in a word that something was done: shown for a moment and read aloud. */
export function announce(text: string): void {
  for (const hear of hearers) hear(text);
}

const shownFor = 3_000;

/** The place where announcements appear; one in a page. */
export function Announcer() {
  const [said, setSaid] = useState({ text: '', count: 0 });

  useEffect(() => {
    const hear: Hear = (text) => setSaid(({ count }) => ({ text, count: count + 1 }));
    hearers.add(hear);
    return () => void hearers.delete(hear);
  }, []);

  useEffect(() => {
    const timer = setTimeout(() => setSaid(({ count }) => ({ text: '', count })), shownFor);
    return () => clearTimeout(timer);
  }, [said.count]);

  return (
    <div class="announcer" role="status">
      {said.text !== '' && <span class="announcer__text">{said.text}</span>}
    </div>
  );
}
