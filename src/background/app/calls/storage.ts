import type { storageCalls } from '../../../protocol/page-calls/storage.ts';
import { keepAll } from '../storage/keeping.ts';
import { done, type HandlersOf, type WhichPerson } from './answers.ts';

export function storageHandlers(person: WhichPerson): HandlersOf<typeof storageCalls> {
  return {
    storage: () => person().storage.view(),
    setStorageLimit: ({ limit }) => done(person().storage.setLimit(limit)),
    keepRule: async ({ space }) => {
      const { keeping } = person();
      const own = space === undefined ? undefined : keeping.ruleOf(space);
      return { usual: keeping.usual, own: own ?? null };
    },
    setKeepRule: ({ space, rule }) => {
      const { keeping } = person();
      if (space !== undefined) return done(keeping.setRule(space, rule ?? undefined));
      return done(keeping.setUsual(rule ?? keepAll));
    },
    compactStorage: () => person().storage.compact(),
  };
}
