import type { Gone } from './gone.ts';
import type { Document } from './layout.ts';
import type { OpenDatabase } from './pouch.ts';
import {
  listStaged,
  readStaged,
  stagedAmong,
  staging,
  unstaging,
  type Staged,
  type StagingOptions,
} from './staging.ts';
import type { NewDocument } from './write.ts';

/** The part of a database where documents wait that its owner has not judged. */
export interface Staging {
  /** Keep these, unserved, until they are judged; `false`, and nothing is kept, if there is no room for all of them. */
  stage(documents: readonly Document[], options: StagingOptions): Promise<boolean>;
  /** What waits to be judged, in the order of ids behind `after`. */
  staged(after: string, limit: number): Promise<Staged[]>;
  stagedAmong(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Judge: what is accepted is written as if it came now, so that others hear of it; what is dropped is gone for good. Of what does not wait nothing changes.
   * Returns the ids that were accepted.
   */
  settle(accepted: readonly string[], dropped: readonly string[]): Promise<string[]>;
}

type Use = <T>(task: (open: OpenDatabase) => Promise<T>) => Promise<T>;

export interface StagingParts {
  readonly use: Use;
  readonly useToWrite: Use;
  readonly oneAtATime: <T>(task: () => Promise<T>) => Promise<T>;
  readonly write: (documents: readonly NewDocument[], newEdits: boolean) => Promise<unknown>;
  readonly gone: Gone;
  /** Something new waits, brought by this one. */
  readonly changed: (by: string) => void;
}

export function createStaging(parts: StagingParts): Staging {
  const { use, useToWrite, oneAtATime, write, gone, changed } = parts;
  return {
    stage: (documents, options) =>
      oneAtATime(() =>
        useToWrite(async ({ level }) => {
          const ids = documents.map(({ _id }) => _id);
          const erased = await gone.among(level, ids);
          const wanted = documents.filter(({ _id }) => !erased.has(_id));
          const operations = await staging(level, wanted, options);
          if (operations === undefined) return false;
          await level.write(operations);
          if (operations.length > 0) changed(options.by);
          return true;
        }),
      ),
    staged: (after, limit) => use(({ level }) => listStaged(level, after, limit)),
    stagedAmong: (ids) => use(({ level }) => stagedAmong(level, ids)),
    async settle(accepted, dropped) {
      const documents = await use(({ level }) => readStaged(level, accepted));
      // Killed between the two, it is accepted once more.
      if (documents.length > 0) await write(documents, false);
      await oneAtATime(() =>
        useToWrite(async ({ level }) => {
          const waiting = [...(await stagedAmong(level, dropped))];
          const marks = waiting.length > 0 ? await gone.marking(level, waiting) : [];
          await level.write([...marks, ...unstaging([...accepted, ...waiting])]);
        }),
      );
      return documents.map(({ _id }) => _id);
    },
  };
}
