import type { KeepRule } from '../../../protocol/page-calls/storage.ts';
import { readDocuments } from '../../../store/documents.ts';
import { serial } from '../../../store/serial.ts';
import type { Context } from '../context.ts';
import type { Files } from '../files/files.ts';
import type { PostMarks } from '../feed/post-marks.ts';
import { decodeRecord } from '../records.ts';
import type { OpenSpace, SpacePost } from '../spaces/open-space.ts';
import type { StorageMeter } from './storage.ts';
import { keepRecord, type KeepRecord, keepSetting } from './storage-records.ts';

export interface KeepingParts {
  readonly spaces: () => readonly OpenSpace[];
  readonly marks: () => PostMarks;
  readonly files: Pick<Files, 'eraseDocuments'>;
  readonly meter: StorageMeter;
}

/** Everything, for ever. */
export const keepAll: KeepRule = { days: null, bytes: null };
const settingName = 'setting/keep';
const dayLength = 86_400_000;
/** Between two looks, in milliseconds. */
const interval = 3_600_000;
/** How many bodies are read and erased in one go. */
const atOnce = 200;

interface Dated {
  readonly post: SpacePost;
  readonly time: number;
  readonly firstSeen: number;
}

/**
 * For how long, and how much, of what others publish is kept here. What a rule lets go is erased: header
 * and place in the thread stay, the text and its files don't come back.
 */
export class Keeping {
  readonly #context: Context;
  readonly #parts: KeepingParts;
  readonly #oneByOne = serial();
  #swept = -Infinity;

  constructor(context: Context, parts: KeepingParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** What holds where nothing else was chosen. */
  get usual(): KeepRule {
    return decodeRecord(keepSetting, this.#context.vault.get(settingName)) ?? keepAll;
  }

  /** Of this space; `undefined`: as usual. */
  ruleOf(space: string): KeepRule | undefined {
    return this.#recordOf(space)?.rule ?? undefined;
  }

  async setUsual(rule: KeepRule): Promise<void> {
    await this.#context.vault.put(settingName, { ...rule });
    await this.sweep();
    this.#context.changed('storage', 'spaces', 'forums');
  }

  /** @param rule `undefined`: as usual */
  async setRule(space: string, rule: KeepRule | undefined): Promise<void> {
    const before = this.#recordOf(space);
    await this.#keep(space, { until: null, swept: 0, ...before, rule: rule ?? null });
    await this.sweep();
    this.#context.changed('storage', 'spaces', 'forums');
  }

  /** Whether a post of that time had its text let go by a rule, where it isn't here. */
  hasLetGo(space: string, time: number): boolean {
    const until = this.#recordOf(space)?.until ?? null;
    return until !== null && time <= until;
  }

  async sweepIfDue(): Promise<void> {
    if (Math.abs(this.#context.now() - this.#swept) > interval) await this.sweep();
  }

  /** Lets go of what is over. */
  sweep(): Promise<void> {
    return this.#oneByOne(async () => {
      this.#swept = this.#context.now();
      let gone = 0;
      for (const space of this.#parts.spaces()) gone += await this.#sweepSpace(space);
      if (gone > 0) this.#context.changed('feed', 'storage');
    });
  }

  /** Returns how many bodies went. */
  async #sweepSpace(space: OpenSpace): Promise<number> {
    const rule = this.ruleOf(space.name) ?? this.usual;
    const before = this.#recordOf(space.name);
    if (rule.days === null && rule.bytes === null && (before?.until ?? null) === null) return 0;
    const posts = this.#datedOf(space);
    const now = this.#context.now();
    const horizon = rule.days === null ? -Infinity : now - rule.days * dayLength;
    const known = before?.until ?? -Infinity;
    const late = before?.swept ?? 0;
    // What came before the last look, and was over then, is gone already.
    const isNew = ({ time, firstSeen }: Dated) => time > known || firstSeen >= late;
    const over = posts.filter((dated) => dated.time <= Math.max(known, horizon) && isNew(dated));
    let gone = await this.#erase(space, over);
    let until = over.reduce((most, { time }) => Math.max(most, time), known);
    const rest = posts.filter(({ time }) => time > until);
    const tooMuch = rule.bytes === null ? 0 : await this.#tooMuch(space.name, rule.bytes);
    if (tooMuch > 0) {
      const large = await this.#eraseOldest(space, rest, tooMuch);
      gone += large.gone;
      until = Math.max(until, large.until);
    }
    if (gone > 0) await this.#parts.meter.compact(space.name);
    await this.#keep(space.name, {
      rule: before?.rule ?? null,
      until: Number.isFinite(until) ? until : null,
      swept: now,
    });
    return gone;
  }

  /** Posts of others, oldest first. */
  #datedOf(space: OpenSpace): Dated[] {
    const { address: me } = this.#context.me.identity;
    const dated: Dated[] = [];
    for (const post of space.posts.values()) {
      if (space.authorOf(post) === me) continue;
      const firstSeen =
        this.#parts.marks().get(space.name, post.id)?.firstSeen ?? this.#context.now();
      dated.push({ post, time: Math.min(post.time, firstSeen), firstSeen });
    }
    return dated.toSorted((a, b) => a.time - b.time || (a.post.id < b.post.id ? -1 : 1));
  }

  /** By how many bytes the space is over, once what is erased already is given back. */
  async #tooMuch(space: string, bytes: number): Promise<number> {
    const over = async () =>
      ((await this.#parts.meter.atHost())?.databases.get(space) ?? 0) - bytes;
    if ((await over()) <= 0) return 0;
    await this.#parts.meter.compact(space);
    return Math.max(0, await over());
  }

  async #eraseOldest(
    space: OpenSpace,
    posts: readonly Dated[],
    bytes: number,
  ): Promise<{ gone: number; until: number }> {
    const database = await this.#context.stores.open(space.name);
    let left = bytes;
    let gone = 0;
    let until = -Infinity;
    for (let at = 0; at < posts.length && left > 0; at += atOnce) {
      const some: Dated[] = [];
      for (const dated of posts.slice(at, at + atOnce)) {
        if (left <= 0) break;
        const bodies = await readDocuments(database, [...space.bodyDocuments(dated.post)]);
        const pieces = await readDocuments(database, space.filePlace.named(bodies));
        left -= [...bodies, ...pieces].reduce((sum, one) => sum + JSON.stringify(one).length, 0);
        some.push(dated);
        until = dated.time;
      }
      gone += await this.#erase(space, some);
    }
    return { gone, until };
  }

  /** With the files that they name. Returns how many bodies went. */
  async #erase(space: OpenSpace, posts: readonly Dated[]): Promise<number> {
    const ids = posts.flatMap(({ post }) => [...space.bodyDocuments(post)]);
    const database = await this.#context.stores.open(space.name);
    const { files } = this.#parts;
    for (let at = 0; at < ids.length; at += atOnce) {
      const some = ids.slice(at, at + atOnce);
      const pieces = space.filePlace.named(await readDocuments(database, some));
      // The pieces first: only the bodies tell which they are.
      await files.eraseDocuments(space.name, [...pieces, ...some]);
    }
    return ids.length;
  }

  #recordOf(space: string): KeepRecord | undefined {
    return decodeRecord(keepRecord, this.#context.vault.get(nameOf(space)));
  }

  #keep(space: string, record: KeepRecord): Promise<void> {
    return this.#context.vault.put(nameOf(space), { ...record });
  }
}

const nameOf = (space: string): string => `keep/${space}`;
