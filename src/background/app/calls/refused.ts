import type { refusedCalls } from '../../../protocol/page-calls/refused.ts';
import { checkedAddress, done, type HandlersOf, type WhichPerson } from './answers.ts';

export function refusedHandlers(person: WhichPerson): HandlersOf<typeof refusedCalls> {
  return {
    refused: async () =>
      person().refusals.view((address) => person().nameOf(checkedAddress(address))),
    pictureRefused: async ({ of, file, why }) => {
      const { by, document } =
        'post' in of
          ? await person().feed.files.document({ ...of, file })
          : person().talk.files.fileDocument(of.address, of.message, file);
      person().refusals.note(why, { by, document });
      return null;
    },
    clearRefused: async () => done(person().refusals.clear()),
  };
}
