import { statedId } from '../domain/document/id.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Result } from '../domain/result.ts';
import { storeDocuments } from './documents.ts';
import type { SpaceDatabase, StoredDocument } from './ports.ts';

export interface Inspection {
  /** Whether a document may be stored: the domain's door check, bound to the space. */
  readonly check: (document: unknown) => Result<StoredDocument>;
  /** Of what may be stored, what we don't want: acknowledged, too, and nothing is said of it. */
  readonly wanted?: ((document: StoredDocument) => boolean) | undefined;
  /**
   * Documents that may not: acknowledged to the replicator, so that it doesn't stop at them, and dropped. Each is told
   * of once in a run, however often and in however many forms it is offered.
   */
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
  const counted = new Set<string>();
  const refuse = (refusals: readonly Refused[]): void => {
    const sums = new Map<Refusal, number>();
    for (const { id, code } of refusals) {
      if (id !== undefined && counted.has(id)) continue;
      if (id !== undefined && counted.size < mostCounted) counted.add(id);
      sums.set(code, (sums.get(code) ?? 0) + 1);
    }
    for (const [code, count] of sums) inspection.refused(code, count);
  };
  return Object.assign(target, {
    // Listeners must be counted on the database itself, not on an object that inherits from it.
    once: db.once.bind(db),
    removeListener: db.removeListener.bind(db),

    async revsDiff(offered: Record<string, string[]>) {
      const possible: Record<string, string[]> = {};
      const refused: Refused[] = [];
      for (const [id, revisions] of Object.entries(offered)) {
        const first = revisions.filter((revision) => firstRevision.test(revision));
        if (!ourId.test(id)) refused.push({ id, code: 'wrong-id' });
        else if (first.length < revisions.length) refused.push({ id, code: 'wrong-revision' });
        if (ourId.test(id) && first.length > 0) possible[id] = first;
      }
      refuse(refused);
      return db.revsDiff(possible);
    },

    async bulkDocs({ docs }: { docs: readonly unknown[] }) {
      const { passed: good, refused } = inspect(docs, inspection.check);
      const { wanted } = inspection;
      const passed = wanted ? good.filter(wanted) : good;
      refuse(refused);
      if (passed.length > 0) {
        await storeDocuments(db, passed);
        inspection.stored(passed.map(({ _id }) => _id));
      }
      return [];
    },
  });
}

/** Of one run; whoever offers more is ended before. */
const mostCounted = 10_000;

interface Refused {
  /** As it says itself. */
  readonly id: string | undefined;
  readonly code: Refusal;
}

const ourId = /^[dbef][a-z2-7]{52}$/;
/** Documents are written once, so there is no other generation. */
const firstRevision = /^1-[0-9a-f]{32}$/;

function inspect(
  documents: readonly unknown[],
  check: Inspection['check'],
): { passed: StoredDocument[]; refused: Refused[] } {
  const passed: StoredDocument[] = [];
  const refused: Refused[] = [];
  for (const document of documents) {
    const verdict = check(document);
    if (verdict.ok) passed.push(verdict.value);
    else refused.push({ id: statedId(document), code: verdict.code });
  }
  return { passed, refused };
}
