import type { OnionAddress } from '../../../domain/address.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import type { Vault, VaultChange } from '../../../store/ports.ts';
import type { Context } from '../context.ts';
import { decodeRecord, postRecord, reachedRecord } from '../records.ts';

/** What is told of a post and stands in no document. */
export interface PostMark {
  /** When this machine first saw it; the time shown is never later. */
  readonly firstSeen: number;
  readonly read: boolean;
}

/** Rows of one record: each arrival writes the last one anew, and each record costs the vault its own seal. */
const rowsInRecord = 128;
/** Of an id: its letter apart, 80 bits, which nobody finds a second document for. */
const idCharacters = 16;
/** Twice the time in base 36, and one more where it is unread: until the year 3580. */
const timeCharacters = 10;
const rowCharacters = idCharacters + timeCharacters;

/**
 * When each post was first seen here and whether it was read, in rows of a fixed width, many in one record of the
 * vault: `marks/<space>/<number>`. And whom those of ours have reached: `reached/<document id>`.
 */
export class PostMarks {
  readonly #context: Pick<Context, 'vault' | 'now'>;
  readonly #spaces = new Map<string, SpaceMarks>();

  constructor(context: Pick<Context, 'vault' | 'now'>) {
    this.#context = context;
  }

  get(space: string, id: string): PostMark | undefined {
    return this.#of(space).get(id);
  }

  /** When the last of a space's posts came here; 0 if none has. */
  latest(space: string): number {
    return this.#of(space).latest;
  }

  /**
   * The first sight of a post is the latest time it can claim. Our own are read. It holds at once; what this resolves with is
   * whether it is written down.
   */
  arrived(space: string, posts: Iterable<{ readonly id: DocumentId; readonly mine: boolean }>) {
    const { vault, now } = this.#context;
    const marks = this.#of(space);
    const firstSeen = now();
    const changes: VaultChange[] = [];
    for (const { id, mine } of posts) {
      if (marks.get(id)) continue;
      const older = decodeRecord(postRecord, vault.get(`post/${id}`));
      marks.add(id, older ?? { firstSeen, read: mine });
      if (older) changes.push(...fromOlder(id, older));
    }
    return this.#write(marks, changes);
  }

  /** Whether any was unread. */
  async markRead(space: string, ids: Iterable<string>): Promise<boolean> {
    const marks = this.#of(space);
    let any = false;
    for (const id of ids) {
      const mark = marks.get(id);
      if (!mark || mark.read) continue;
      marks.replace(id, { ...mark, read: true });
      any = true;
    }
    await this.#write(marks, []);
    return any;
  }

  /** The friends on whose machines a post of ours is known to be. */
  reachedBy(id: string): readonly OnionAddress[] {
    return decodeRecord(reachedRecord, this.#context.vault.get(`reached/${id}`))?.people ?? [];
  }

  /** A post of ours is known to be on this person's machine. Whether that is news. */
  async reached(id: string, address: OnionAddress): Promise<boolean> {
    const people = this.reachedBy(id);
    if (people.includes(address)) return false;
    await this.#context.vault.put(`reached/${id}`, { people: [...people, address] });
    return true;
  }

  #of(space: string): SpaceMarks {
    const known = this.#spaces.get(space) ?? new SpaceMarks(this.#context.vault, space);
    this.#spaces.set(space, known);
    return known;
  }

  async #write(marks: SpaceMarks, more: readonly VaultChange[]): Promise<void> {
    const changes = [...marks.takeChanges(), ...more];
    if (changes.length > 0) await this.#context.vault.putMany(changes);
  }
}

/** What ends the marks of a space that we have nothing to do with any more. */
export function forgettingMarks({ entries }: Pick<Vault, 'entries'>, space: string): VaultChange[] {
  return entries(`marks/${space}/`).map(([name]): VaultChange => [name, undefined]);
}

/** Until November 2026 each post had a record of its own. */
function fromOlder(id: string, { reached }: { reached: readonly string[] }): VaultChange[] {
  const gone: VaultChange = [`post/${id}`, undefined];
  return reached.length > 0 ? [gone, [`reached/${id}`, { people: reached }]] : [gone];
}

/** The marks of one space, as they are in the vault and in memory. */
class SpaceMarks {
  readonly #space: string;
  /** By row: the beginning of the id, and twice the time with the flag. */
  readonly #ids: string[] = [];
  readonly #marks: number[] = [];
  readonly #rowOf = new Map<string, number>();
  readonly #changed = new Set<number>();

  constructor(vault: Pick<Vault, 'get'>, space: string) {
    this.#space = space;
    for (let number = 0; ; number += 1) {
      const rows = vault.get(this.#recordName(number));
      if (typeof rows !== 'string') return;
      for (let at = 0; at + rowCharacters <= rows.length; at += rowCharacters) {
        const id = rows.slice(at, at + idCharacters);
        const mark = Number.parseInt(rows.slice(at + idCharacters, at + rowCharacters), 36);
        this.#rowOf.set(id, this.#ids.length);
        this.#ids.push(id);
        this.#marks.push(mark);
      }
    }
  }

  get(id: string): PostMark | undefined {
    const row = this.#rowOf.get(shortOf(id));
    const mark = row === undefined ? undefined : this.#marks[row];
    if (mark === undefined || Number.isNaN(mark)) return undefined;
    return { firstSeen: Math.floor(mark / 2), read: mark % 2 === 0 };
  }

  get latest(): number {
    return Math.floor((this.#marks.at(-1) ?? 0) / 2);
  }

  add(id: string, mark: PostMark): void {
    const row = this.#ids.length;
    this.#rowOf.set(shortOf(id), row);
    this.#ids.push(shortOf(id));
    this.#set(row, mark);
  }

  replace(id: string, mark: PostMark): void {
    const row = this.#rowOf.get(shortOf(id));
    if (row !== undefined) this.#set(row, mark);
  }

  /** What to write of what was changed since. */
  takeChanges(): VaultChange[] {
    const changes = [...this.#changed].map((number): VaultChange => {
      const from = number * rowsInRecord;
      const rows = this.#ids.slice(from, from + rowsInRecord).map((id, at) => {
        const mark = this.#marks[from + at] ?? 0;
        return id + mark.toString(36).padStart(timeCharacters, '0');
      });
      return [this.#recordName(number), rows.join('')];
    });
    this.#changed.clear();
    return changes;
  }

  #set(row: number, { firstSeen, read }: PostMark): void {
    this.#marks[row] = Math.max(0, Math.floor(firstSeen)) * 2 + (read ? 0 : 1);
    this.#changed.add(Math.floor(row / rowsInRecord));
  }

  #recordName(number: number): string {
    return `marks/${this.#space}/${number}`;
  }
}

function shortOf(id: string): string {
  return id.slice(1, 1 + idCharacters);
}
