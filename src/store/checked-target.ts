import type { Refusal } from '../domain/refusal.ts';
import type { Result } from '../domain/result.ts';
import { storeDocuments } from './documents.ts';
import type { SpaceDatabase, StoredDocument } from './ports.ts';

export interface Inspection {
  /** Whether a document may be stored: the domain's door check, bound to the space. */
  readonly check: (document: unknown) => Result<StoredDocument>;
  /** Of what may be stored, what we don't want: acknowledged, too, and nothing is said of it. */
  readonly wanted?: ((document: StoredDocument) => boolean) | undefined;
  /** Documents that may not: acknowledged to the replicator, so that it doesn't stop at them, and dropped. */
  readonly refused: (code: Refusal, count: number) => void;
  /** Documents that have just been stored. */
  readonly stored: (ids: readonly string[]) => void;
}

/**
 * A PouchDB as target of a replication from someone who isn't trusted: what fails the door check is
 * neither fetched (where its revision already says so) nor stored.
 */
export function checkedTarget(db: SpaceDatabase, inspection: Inspection): object {
  const target: object = Object.create(db);
  return Object.assign(target, {
    // Listeners must be counted on the database itself, not on an object that inherits from it.
    once: db.once.bind(db),
    removeListener: db.removeListener.bind(db),

    async revsDiff(offered: Record<string, string[]>) {
      const possible: Record<string, string[]> = {};
      let [strange, impossible] = [0, 0];
      for (const [id, revisions] of Object.entries(offered)) {
        const first = revisions.filter((revision) => firstRevision.test(revision));
        if (!ourId.test(id)) strange += 1;
        else if (first.length > 0) possible[id] = first;
        impossible += revisions.length - first.length;
      }
      if (strange > 0) inspection.refused('wrong-id', strange);
      if (impossible > 0) inspection.refused('wrong-revision', impossible);
      return db.revsDiff(possible);
    },

    async bulkDocs({ docs }: { docs: readonly unknown[] }) {
      const { passed: good, refusals } = inspect(docs, inspection.check);
      const { wanted } = inspection;
      const passed = wanted ? good.filter(wanted) : good;
      for (const [code, count] of refusals) inspection.refused(code, count);
      if (passed.length > 0) {
        await storeDocuments(db, passed);
        inspection.stored(passed.map(({ _id }) => _id));
      }
      return [];
    },
  });
}

const ourId = /^[dbef][a-z2-7]{52}$/;
/** Documents are written once, so there is no other generation. */
const firstRevision = /^1-[0-9a-f]{32}$/;

function inspect(
  documents: readonly unknown[],
  check: Inspection['check'],
): { passed: StoredDocument[]; refusals: Map<Refusal, number> } {
  const passed: StoredDocument[] = [];
  const refusals = new Map<Refusal, number>();
  for (const document of documents) {
    const verdict = check(document);
    if (verdict.ok) passed.push(verdict.value);
    else refusals.set(verdict.code, (refusals.get(verdict.code) ?? 0) + 1);
  }
  return { passed, refusals };
}
