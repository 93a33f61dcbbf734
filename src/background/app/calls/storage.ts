import type { storageCalls } from '../../../protocol/page-calls/storage.ts';
import { done, type HandlersOf, type WhichPerson } from './answers.ts';

export function storageHandlers(person: WhichPerson): HandlersOf<typeof storageCalls> {
  return {
    storage: () => person().storage.view(),
    setStorageLimit: ({ limit }) => done(person().storage.setLimit(limit)),
    compactStorage: () => person().storage.compact(),
  };
}
