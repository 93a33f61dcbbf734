import { useEffect, useRef, useState } from 'preact/hooks';
import type {
  PageCallArguments,
  PageCallName,
  PageResults,
  Topic,
} from '../../protocol/page-calls.ts';
import { client } from '../browser/page-client.ts';
import { failureOf } from './failure.ts';
import type { Failure } from './failure.ts';
import { keepAsking } from './keep-asking.ts';
import type { Asking } from './keep-asking.ts';

export interface Answer<Value> {
  value?: Value;
  /** The last question failed; `value` is then what was true before. */
  failure?: Failure;
  again(): void;
}

/** What the background answers, asked again whenever one of `topics` changes or `args` do. */
export function useAsk<Name extends PageCallName>(
  name: Name,
  args: PageCallArguments<Name>,
  topics: readonly Topic[],
): Answer<PageResults[Name]> {
  const [answer, setAnswer] = useState<{ value?: PageResults[Name]; failure?: Failure }>({});
  const asking = useRef<Asking | undefined>(undefined);
  const argsText = JSON.stringify(args);
  const topicsText = topics.join(' ');

  useEffect(() => {
    const watched = topicsText.split(' ');
    const current = keepAsking(
      () => client.call(name, args),
      (value) => setAnswer({ value }),
      (error) => setAnswer((before) => ({ ...before, failure: failureOf(error) })),
    );
    asking.current = current;
    const unsubscribe = client.subscribe((changed) => {
      if (changed.some((topic) => watched.includes(topic))) current.again();
    });
    return () => {
      unsubscribe();
      current.stop();
    };
  }, [name, argsText, topicsText]);

  return { ...answer, again: () => asking.current?.again() };
}
