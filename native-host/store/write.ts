import { randomUUID } from 'node:crypto';
import { pouchRefusal } from './errors.ts';
import type { Gone } from './gone.ts';
import type { Document } from './layout.ts';
import type { OpenDatabase } from './pouch.ts';
import { writeNew } from './write-new.ts';

export type WriteResult =
  | { readonly ok: true; readonly id: string; readonly rev: string }
  | { readonly id: string; readonly error: string; readonly reason: string };

/** A document to be written; PouchDB checks the rest. */
export type NewDocument = Partial<Document>;

/** As `HostDatabase.write`. What was erased for good is taken note of and dropped: refused, it would be offered for ever. */
export async function writeDocuments(
  open: OpenDatabase,
  gone: Gone,
  documents: readonly NewDocument[],
  newEdits: boolean,
): Promise<WriteResult[]> {
  const { pouch, level } = open;
  const ids = documents.flatMap(({ _id }) => _id ?? []);
  const erased = await gone.among(level, ids);
  const named = documents
    .filter(({ _id }) => newEdits || _id === undefined || !erased.has(_id))
    .map((document) =>
      document._id === undefined ? { ...document, _id: randomUUID() } : document,
    );
  if (named.length === 0) return [];
  const written = erased.size === 0 ? await writeNew(open, named, newEdits) : undefined;
  if (written) return newEdits ? written : [];
  const results = await pouch.bulkDocs(
    // Its own, to write into.
    named.map((document) => forPouch({ ...document })),
    { new_edits: newEdits },
  );
  // Afterwards: killed in between, what was made anew is here, and what was erased is not asked for.
  if (newEdits && erased.size > 0) await level.write(await gone.unmarking(level, [...erased]));
  return results.flatMap((result): WriteResult[] => {
    const id = result.id ?? '';
    const refusal = pouchRefusal(result);
    if (refusal) return [{ id, error: refusal.error, reason: refusal.reason }];
    // Without new edits PouchDB also lists documents it already had; those are no failures.
    return newEdits && result.rev !== undefined ? [{ ok: true, id, rev: result.rev }] : [];
  });
}

/** The endpoint has checked the shape; PouchDB's types differ from ours in what may be absent. */
export function forPouch(document: NewDocument): PouchDB.Core.PutDocument<Record<string, unknown>> {
  return document as PouchDB.Core.PutDocument<Record<string, unknown>>;
}
