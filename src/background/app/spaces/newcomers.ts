import type { DocumentId } from '../../../domain/document/id.ts';
import type { PersonKey } from '../../../domain/membership/operation.ts';
import { judgeBrought, piecesOf } from '../../../domain/space/judge-brought.ts';
import { spaceIdFromName } from '../../../domain/space/name.ts';
import { readDocuments } from '../../../store/documents.ts';
import { serial } from '../../../store/serial.ts';
import type { StagedAtHost, StagedDocument } from '../../../store/staged.ts';
import type { Context } from '../context.ts';
import type { Mutes } from './mutes.ts';
import type { PublicForumSpace } from './public-forum-space.ts';

const day = 86_400_000;
/** Documents that one person may add to one forum by way of us in a day. */
const ofOneAuthor = 200;
/** And all strangers together, since identities cost nothing. Friends have room beside them. */
const ofStrangers = 1_000;
const atOnce = 500;

interface Taken {
  since: number;
  ofStrangers: number;
  readonly byAuthor: Map<PersonKey, number>;
}

/** Judges what others bring to the public forums that we carry, which waits at the host until then. */
export class Newcomers {
  readonly #context: Context;
  readonly #staged: StagedAtHost;
  readonly #mutes: Mutes;
  readonly #taken = new Map<string, Taken>();
  readonly #oneByOne = serial();

  constructor(context: Context, staged: StagedAtHost, mutes: Mutes) {
    this.#context = context;
    this.#staged = staged;
    this.#mutes = mutes;
  }

  /** Whether anything was accepted. */
  judge(forum: PublicForumSpace): Promise<boolean> {
    return this.#oneByOne(async () => {
      let after = '';
      let accepted = false;
      for (;;) {
        const rows = await this.#staged.list(forum.name, after);
        if (rows.length > 0 && (await this.#judgePage(forum, rows))) accepted = true;
        const last = rows.at(-1);
        if (!last || rows.length < atOnce) return accepted;
        after = last.id;
      }
    });
  }

  async #judgePage(forum: PublicForumSpace, rows: readonly StagedDocument[]): Promise<boolean> {
    const notCarried = this.#mutes.notCarried();
    const taken = this.#takenIn(forum.name);
    const pieces = rows.some(({ id }) => id.startsWith('f'))
      ? await this.#piecesNamed(forum)
      : new Set<DocumentId>();
    let accepted = false;
    // Known people first: what strangers bring can't take their room.
    for (const strangers of [false, true]) {
      const theirs = rows.filter(({ by }) => (by === 'stranger') === strangers);
      if (theirs.length === 0) continue;
      const verdict = judgeBrought(
        forum.state,
        theirs.map(({ doc }) => doc),
        {
          shuns: (author) => notCarried.has(author),
          takes: (author) => takes(taken, author, strangers),
          pieces,
        },
      );
      this.#countRefused(theirs, verdict.crowded, 'too-many');
      if (verdict.accept.length + verdict.drop.length === 0) continue;
      await this.#staged.settle(forum.name, verdict);
      accepted ||= verdict.accept.length > 0;
      this.#countRefused(theirs, verdict.drop, 'not-allowed');
    }
    return accepted;
  }

  /** Whoever brought it may only carry it for others. */
  #countRefused(rows: readonly StagedDocument[], refused: readonly string[], code: string): void {
    const ids = new Set(refused);
    for (const { id, by } of rows) {
      if (!ids.has(id)) continue;
      this.#context.refused(code, { document: id, ...(by === 'stranger' ? {} : { by }) });
    }
  }

  #takenIn(space: string): Taken {
    const now = this.#context.now();
    const known = this.#taken.get(space);
    if (known && now - known.since < day) return known;
    const taken = { since: now, ofStrangers: 0, byAuthor: new Map<PersonKey, number>() };
    this.#taken.set(space, taken);
    return taken;
  }

  /** Of the newest posts: a piece of a file that comes much later than its text waits for nothing. */
  async #piecesNamed(forum: PublicForumSpace): Promise<Set<DocumentId>> {
    const database = await this.#context.stores.open(forum.name);
    const newest = [...forum.posts.values()].toSorted((a, b) => b.time - a.time).slice(0, 200);
    const bodies = await readDocuments(
      database,
      newest.map(({ wording }) => wording.id),
    );
    const spaceId = spaceIdFromName(forum.name);
    return new Set(bodies.flatMap((body) => piecesOf(body, spaceId)));
  }
}

function takes(taken: Taken, author: PersonKey, isStranger: boolean): boolean {
  const theirs = taken.byAuthor.get(author) ?? 0;
  if (theirs >= ofOneAuthor || (isStranger && taken.ofStrangers >= ofStrangers)) return false;
  taken.byAuthor.set(author, theirs + 1);
  if (isStranger) taken.ofStrangers += 1;
  return true;
}
