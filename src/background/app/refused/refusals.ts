import { refusals as domainRefusals } from '../../../domain/refusal.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import type { Brought } from '../../../protocol/brought.ts';
import { codes } from '../../../protocol/codes.ts';
import type { RefusedView } from '../../../protocol/page-calls/refused.ts';
import type { Vault } from '../../../store/ports.ts';
import type { Context } from '../context.ts';
import { decodeRecord } from '../records.ts';
import type { OpenSpace } from '../spaces/open-space.ts';
import { Bringers } from './bringers.ts';
import { Inside } from './inside.ts';
import { prefix, type RefusedRecord, refusedRecord, somebody, sum } from './refused-records.ts';

export interface RefusalsPorts {
  readonly vault: Vault;
  readonly now: () => number;
  /** Runs once after so many milliseconds. */
  readonly after: (milliseconds: number, run: () => void) => unknown;
  readonly changed: Context['changed'];
  readonly failed: (error: unknown) => void;
}

/** More than anybody has friends; beyond, whoever was longest silent is counted with nobody known. */
const mostPeople = 100;
/** Milliseconds from a count to the disk and the pages: who floods us must not keep both busy. */
const pause = 1_000;
/** What is read at a start is refused as it was before, and nobody brings it. */
const mostEarly = 1_000;
const known = new Set<string>([...domainRefusals, ...codes, 'blocked', 'no-room']);

/**
 * What others sent that was refused, by who brought it and why: numbers alone, no word of theirs. Kept over
 * restarts; each document counts at most once.
 */
export class Refusals {
  readonly #ports: RefusalsPorts;
  readonly #records = new Map<string, RefusedRecord>();
  readonly #bringers = new Bringers();
  readonly #inside = new Inside(this.#bringers, (code, by) => this.note(code, { by }));
  /** Refused before anybody was known to have brought it. */
  readonly #early = new Map<string, { readonly code: string; readonly by: string | undefined }>();
  readonly #unsaved = new Set<string>();
  #waits = false;

  constructor(ports: RefusalsPorts) {
    this.#ports = ports;
    for (const [name, value] of ports.vault.entries(prefix)) {
      const record = decodeRecord(refusedRecord, value);
      if (record) this.#records.set(name.slice(prefix.length), record);
    }
  }

  /** Something was refused for good. */
  readonly note: Context['refused'] = (code, { by: named, count = 1, document } = {}) => {
    const bringer = document === undefined ? somebody : this.#bringer(document, code, named);
    if (count < 1 || bringer === undefined) return;
    const by = named ?? bringer;
    const now = this.#ports.now();
    const reason = known.has(code) ? code : 'unknown';
    const before = this.#records.get(by);
    const more = { since: now, last: now, counts: { [reason]: count } };
    this.#records.set(by, before ? sum(before, more) : more);
    this.#unsaved.add(by);
    this.#makeRoom();
    this.#saveSoon();
  };

  /** Our door tells what somebody brings to it. */
  brought({ address = somebody, space, taken, refused }: Brought): void {
    this.#came(address, space, taken);
    for (const [code, count] of Object.entries(refused)) this.note(code, { by: address, count });
  }

  /** Documents that we have fetched from somebody are stored. */
  fetched(address: string, space: SpaceName, ids: readonly string[]): void {
    this.#came(address, space, ids);
  }

  /** Looks what did not hold inside a space. */
  look(space: Pick<OpenSpace, 'name' | 'refused'>): void {
    this.#inside.look(space);
  }

  /** Whoever came last first. @param nameOf what we call a person; `undefined` for who is no friend */
  view(nameOf: (address: string) => string | undefined): RefusedView {
    const people = [...this.#records].map(([by, { since, last, counts }]) => {
      const name = by === somebody ? undefined : nameOf(by);
      return {
        ...(by === somebody ? {} : { address: by }),
        ...(name === undefined ? {} : { name }),
        since,
        last,
        counts,
      };
    });
    return { people: people.toSorted((a, b) => b.last - a.last) };
  }

  async clear(): Promise<void> {
    const names = [...this.#records.keys()];
    this.#records.clear();
    for (const name of names) this.#unsaved.add(name);
    await this.save();
  }

  /** What was counted is on the disk when it resolves. */
  async save(): Promise<void> {
    const names = [...this.#unsaved];
    if (names.length === 0) return;
    this.#unsaved.clear();
    await this.#ports.vault.putMany(
      names.map((name) => [prefix + name, this.#records.get(name)] as const),
    );
    this.#ports.changed('refused');
  }

  #came(by: string, space: string | undefined, ids: readonly string[]): void {
    this.#bringers.note(by, space, ids);
    for (const id of ids) {
      const early = this.#early.get(id);
      if (!early) continue;
      this.#early.delete(id);
      this.note(early.code, { by: early.by, document: id });
    }
    if (space !== undefined) this.#inside.heard(space);
  }

  /** Who brought it, if it came since this start and was not counted yet. */
  #bringer(document: string, code: string, by: string | undefined): string | undefined {
    const { known, by: bringer } = this.#bringers.take(document);
    if (!known && this.#early.size < mostEarly) this.#early.set(document, { code, by });
    return bringer;
  }

  #saveSoon(): void {
    if (this.#waits) return;
    this.#waits = true;
    this.#ports.after(pause, () => {
      this.#waits = false;
      this.save().catch(this.#ports.failed);
    });
  }

  #makeRoom(): void {
    if (this.#records.size <= mostPeople) return;
    const [longest] = [...this.#records]
      .filter(([by]) => by !== somebody)
      .toSorted(([, a], [, b]) => a.last - b.last);
    if (longest === undefined) return;
    const [by, record] = longest;
    const rest = this.#records.get(somebody);
    this.#records.delete(by);
    this.#records.set(somebody, rest ? sum(rest, record) : record);
    this.#unsaved.add(by).add(somebody);
  }
}
