import type { searchCalls } from '../../../protocol/page-calls/search.ts';
import type { HandlersOf, WhichPerson } from './answers.ts';

export function searchHandlers(person: WhichPerson): HandlersOf<typeof searchCalls> {
  return { search: (question) => person().search.search(question) };
}
