import type { fileCalls } from '../../../protocol/page-calls/files.ts';
import { type HandlersOf, type WhichPerson } from './answers.ts';

export function fileHandlers(person: WhichPerson): HandlersOf<typeof fileCalls> {
  const held = () => person().files.held;
  return {
    beginFile: async (announced) => held().begin(announced),
    addToFile: async ({ id, from, bytes }) => held().add(id, from, bytes),
    dropFile: async ({ id }) => {
      held().drop([id]);
      return null;
    },
    readPostFile: ({ space, post, file, from }) => person().feed.readFile(space, post, file, from),
    readMessageFile: ({ address, message, file, from }) =>
      person().talk.files.read(address, message, file, from),
  };
}
