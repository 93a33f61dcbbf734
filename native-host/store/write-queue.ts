import type { NewDocument, WriteResult } from './write.ts';

type Write = (
  documents: readonly NewDocument[],
  newEdits: boolean,
  by?: string,
) => Promise<WriteResult[]>;

interface Waiting {
  readonly documents: readonly NewDocument[];
  readonly newEdits: boolean;
  readonly by: string | undefined;
  readonly resolve: (results: WriteResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Beyond this a write is big enough to be worth a trip to the disk by itself. */
const mostTogether = 500;

/**
 * Writes one after the other, and what came in meanwhile as one: waiting for the disk is what a small
 * write costs, and many can wait for the same turn. Each still gets the results it would have had alone.
 */
export function createWriteQueue(write: Write): Write {
  const waiting: Waiting[] = [];
  let busy = false;
  const work = async (): Promise<void> => {
    busy = true;
    while (waiting.length > 0) await writeTogether(write, takeGroup(waiting));
    busy = false;
  };
  return (documents, newEdits, by) =>
    new Promise((resolve, reject) => {
      waiting.push({ documents, newEdits, by, resolve, reject });
      if (!busy) void work();
    });
}

/** The next write and those behind it that may go with it. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  const [first] = waiting;
  let documents = 0;
  const end = waiting.findIndex((next, index) => {
    documents += next.documents.length;
    if (index === 0) return false;
    return (
      next.newEdits !== first?.newEdits ||
      next.by !== first.by ||
      documents > mostTogether ||
      hasAttachments(next) ||
      hasAttachments(waiting[0])
    );
  });
  return waiting.splice(0, end === -1 ? waiting.length : end);
}

/** A stub that names nothing makes PouchDB refuse everything that comes with it. */
function hasAttachments(write: Waiting | undefined): boolean {
  return write?.documents.some((document) => '_attachments' in document) === true;
}

async function writeTogether(write: Write, group: readonly Waiting[]): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  try {
    const documents = group.flatMap((one) => one.documents);
    const results = await write(documents, first.newEdits, first.by);
    let from = 0;
    for (const { documents: mine, newEdits, resolve } of group) {
      // With new edits there is one result per document; without, only what failed, by id.
      const ids = new Set(mine.map((document) => document._id));
      resolve(
        newEdits
          ? results.slice(from, (from += mine.length))
          : results.filter(({ id }) => ids.has(id)),
      );
    }
  } catch (error) {
    if (group.length === 1) first.reject(error);
    // Whose fault it was shows when each goes alone.
    else for (const one of group) await writeTogether(write, [one]);
  }
}
