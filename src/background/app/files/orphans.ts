import * as v from 'valibot';
import { readDocuments } from '../../../store/documents.ts';
import type { SpaceDatabase } from '../../../store/ports.ts';
import { serial } from '../../../store/serial.ts';
import type { Context } from '../context.ts';
import type { Feed } from '../feed/feed.ts';
import { decodeRecord } from '../records.ts';
import type { OpenSpace } from '../spaces/open-space.ts';
import type { Files } from './files.ts';

export interface OrphansParts {
  readonly feed: Pick<Feed, 'spaces' | 'within'>;
  readonly files: Pick<Files, 'eraseDocuments'>;
}

const dayLength = 86_400_000;
/** So long pieces wait for the post that speaks of them: its author may be away in the middle of bringing it. */
const patience = 30 * dayLength;
/** Between two looks. */
const interval = dayLength;
/** Bodies that are read at once. */
const atOnce = 200;
/** Of one space, noticed at once; more are noticed once these are gone. */
const mostNoticed = 2_000;

/** Under `marks/<space>/orphans`: when a piece was first seen to belong to nothing. */
const orphansRecord = v.strictObject({ since: v.record(v.string(), v.number()) });
/** Kept as `setting/orphans`. */
const sweptRecord = v.strictObject({ swept: v.number() });
const sweptName = 'setting/orphans';

/**
 * Pieces of files that no post speaks of: their author's browser died before it was said, or somebody stores what is
 * nothing. After some weeks they are erased. Where pieces are sealed for members nobody can tell them from what is
 * still to be opened: they stay.
 */
export class Orphans {
  readonly #context: Context;
  readonly #parts: OrphansParts;
  readonly #oneByOne = serial();

  constructor(context: Context, parts: OrphansParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Once a day at most, asked however often. */
  async sweepIfDue(): Promise<void> {
    const { vault, now } = this.#context;
    const last = decodeRecord(sweptRecord, vault.get(sweptName))?.swept ?? -Infinity;
    if (Math.abs(now() - last) > interval) await this.sweep();
  }

  sweep(): Promise<void> {
    return this.#oneByOne(async () => {
      const { feed } = this.#parts;
      await this.#context.vault.put(sweptName, { swept: this.#context.now() });
      for (const { name } of feed.spaces) await feed.within(name, (space) => this.#sweep(space));
    });
  }

  async #sweep(space: OpenSpace): Promise<void> {
    const database = await this.#context.stores.open(space.name);
    const orphans = await orphansIn(space, database);
    const before = decodeRecord(orphansRecord, this.#context.vault.get(nameOf(space)))?.since ?? {};
    const now = this.#context.now();
    const over = orphans.filter((id) => now - (before[id] ?? now) > patience);
    const waiting = orphans.filter((id) => !over.includes(id)).slice(0, mostNoticed);
    const since = Object.fromEntries(waiting.map((id) => [id, before[id] ?? now]));
    if (over.length > 0) await this.#parts.files.eraseDocuments(space.name, over);
    if (Object.keys(before).length + waiting.length === 0) return;
    const record = waiting.length > 0 ? { since } : undefined;
    await this.#context.vault.putMany([[nameOf(space), record]]);
  }
}

/** Pieces that show as such and that no body here names. */
async function orphansIn(space: OpenSpace, database: SpaceDatabase): Promise<string[]> {
  const pieces = await idsOf('f', database);
  if (pieces.length === 0) return [];
  const bodies = await idsOf('b', database);
  const named = new Set<string>();
  for (let at = 0; at < bodies.length; at += atOnce) {
    const some = await readDocuments(database, bodies.slice(at, at + atOnce));
    for (const piece of space.filePlace.named(some)) named.add(piece);
  }
  return pieces.filter((id) => !named.has(id));
}

async function idsOf(kind: 'b' | 'f', database: SpaceDatabase): Promise<string[]> {
  const { rows } = await database.allDocs({ startkey: kind, endkey: `${kind}\uffff` });
  return rows.flatMap((row) => ('id' in row ? [row.id] : []));
}

function nameOf({ name }: OpenSpace): string {
  return `marks/${name}/orphans`;
}
