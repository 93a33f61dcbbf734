import type { draftCalls } from '../../../protocol/page-calls/drafts.ts';
import { done, type HandlersOf, type WhichPerson } from './answers.ts';

export function draftHandlers(person: WhichPerson): HandlersOf<typeof draftCalls> {
  const drafts = () => person().context.drafts;
  return {
    draft: async ({ place }) => drafts().at(place),
    keepDraft: async ({ place, text, title }) => done(drafts().keep(place, { text, title })),
  };
}
