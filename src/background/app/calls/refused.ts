import type { refusedCalls } from '../../../protocol/page-calls/refused.ts';
import { checkedAddress, done, type HandlersOf, type WhichPerson } from './answers.ts';

export function refusedHandlers(person: WhichPerson): HandlersOf<typeof refusedCalls> {
  return {
    refused: async () =>
      person().refusals.view((address) => person().nameOf(checkedAddress(address))),
    clearRefused: async () => done(person().refusals.clear()),
  };
}
