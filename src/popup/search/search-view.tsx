import { useEffect, useRef, useState } from 'preact/hooks';
import { useAsk } from '../../ui/client/use-ask.ts';
import { moveFocus } from '../../ui/components/arrow-keys.ts';
import { Button } from '../../ui/components/button.tsx';
import { EmptyState } from '../../ui/components/empty-state.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Progress } from '../../ui/components/progress.tsx';
import { t, tn } from '../../ui/i18n/i18n.ts';
import type { SearchView as Found } from '../../protocol/page-calls.ts';
import { Filters, type Filter } from './filters.tsx';
import { FoundRow, NameRows } from './found-row.tsx';

/** What was looked for last, so that it is there again on the way back. As long as the page: nothing of it is kept. */
let last: { text: string; filter: Filter } = { text: '', filter: {} };

const atOnce = 30;
const pauseMilliseconds = 120;

/** Finds posts and messages by their words, on this machine alone. */
export function SearchView() {
  const [typed, setTyped] = useState(last.text);
  const [filter, setFilter] = useState<Filter>(last.filter);
  const [text, setText] = useState(last.text);
  const [limit, setLimit] = useState(atOnce);
  const input = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLDivElement>(null);
  last = { text: typed, filter };

  useEffect(() => {
    const timer = setTimeout(() => {
      setText(typed);
      setLimit(atOnce);
    }, pauseMilliseconds);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => input.current?.focus(), []);

  const topics = ['search', 'feed', 'conversation'] as const;
  const asked = useAsk('search', { text, limit, ...filter }, topics);
  const first = () => results.current?.querySelector<HTMLElement>('a');

  return (
    <div
      class="column search"
      onKeyDown={(event) => {
        const { target } = event;
        if (target === input.current) {
          if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
          event.preventDefault();
          if (event.key === 'Enter') first()?.click();
          else first()?.focus();
        } else if (target === first() && event.key === 'ArrowUp') {
          event.preventDefault();
          input.current?.focus();
        } else if (results.current) moveFocus(event, results.current, 'a');
      }}
    >
      <h1 class="unseen">{t('search_title')}</h1>
      <input
        ref={input}
        class="input search__input"
        type="search"
        aria-label={t('search_label')}
        placeholder={t('search_placeholder')}
        autocomplete="off"
        spellcheck={false}
        maxLength={200}
        data-start
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <Filters filter={filter} onChange={setFilter} />
      <FailureNote failure={asked.failure} />
      {asked.value !== undefined && (
        <>
          <Reading reading={asked.value.reading} />
          <div ref={results} class="search__results">
            <Results text={text} found={asked.value} />
          </div>
          {asked.value.more && (
            <div class="older">
              <Button kind="quiet" onClick={() => setLimit(Math.min(200, limit + atOnce))}>
                {t('search_older')}
              </Button>
            </div>
          )}
        </>
      )}
    </div>
  );
}

function Results({ text, found }: { text: string; found: Found }) {
  const { people, spaces, more, reading } = found;
  const count = found.found.length;
  if (text.trim() === '') {
    return <EmptyState title={t('search_start_title')} text={t('search_start_text')} />;
  }
  const nothing = count + people.length + spaces.length === 0;
  return (
    <>
      <p class="small soft" role="status">
        {count > 0 && (more ? t('search_found_more', count) : tn('search_found', count))}
      </p>
      <NameRows people={people} spaces={spaces} />
      {count > 0 && (
        <ul class="found" aria-label={t('search_results')}>
          {found.found.map((one) => (
            <FoundRow key={`${one.space?.name ?? ''}${one.id}`} found={one} />
          ))}
        </ul>
      )}
      {nothing && reading === undefined && (
        <EmptyState title={t('search_none_title')} text={t('search_none_text')} />
      )}
    </>
  );
}

function Reading({ reading }: { reading: Found['reading'] | undefined }) {
  if (reading === undefined) return null;
  const { done, all } = reading;
  const words = t('search_reading', done, all);
  return (
    <div class="search__reading">
      <p class="small soft" role="status">
        {words}
      </p>
      <Progress label={words} percent={(100 * done) / Math.max(1, all)} />
    </div>
  );
}
