import type { fileCalls } from '../../../protocol/page-calls/files.ts';
import { type HandlersOf, type WhichPerson } from './answers.ts';

export function fileHandlers(person: WhichPerson): HandlersOf<typeof fileCalls> {
  const held = () => person().files.held;
  return {
    beginFile: async (announced) => held().begin(announced),
    addToFile: async ({ id, from, bytes }) => held().add(id, from, bytes),
    describeFile: async ({ id, text }) => {
      held().describe(id, text);
      return null;
    },
    dropFile: async ({ id }) => {
      held().drop([id]);
      return null;
    },
    readPostFile: ({ space, post, file, ...part }) =>
      person().feed.files.read({ space, post, file }, part),
    readMessageFile: ({ address, message, file, ...part }) =>
      person().talk.files.read(address, message, file, part),
  };
}
