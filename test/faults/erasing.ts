import { expect } from 'vitest';
import type { HostProcess } from '../host/native-host-process.ts';
import type { Chance } from './chance.ts';

interface Doc {
  readonly _id: string;
  readonly _rev: string;
}

/** One database whose owner erases from it for good, as they know what is there and what is not. */
export class Erasing {
  readonly name: string;
  /** Documents that were said to be erased. */
  readonly erased = new Map<string, Doc>();
  readonly #chance: Chance;
  readonly #stored = new Map<string, Doc>();
  #issued = 0;

  constructor(name: string, chance: Chance) {
    this.name = name;
    this.#chance = chance;
  }

  /** Writes two, erases one, until the host is gone. */
  async goOn(host: HostProcess): Promise<void> {
    const gone = host.exited.then(() => undefined);
    for (;;) {
      const docs = [this.#next(), this.#next()];
      const written = await Promise.race([this.#bring(host, docs), gone]);
      if (!written) return;
      expect(written.status).toBe(201);
      for (const doc of docs) this.#stored.set(doc._id, doc);
      const doc = this.#chance.pick([...this.#stored.values()]);
      // From now on it may be there or not, until somebody says so.
      this.#stored.delete(doc._id);
      const purging = host.fetch('POST', `/${this.name}/_purge`, { [doc._id]: [doc._rev] });
      const purged = await Promise.race([purging, gone]);
      if (!purged) return;
      expect(JSON.parse(purged.text)).toMatchObject({ purged: { [doc._id]: [doc._rev] } });
      this.erased.set(doc._id, doc);
    }
  }

  /** What was erased is not there and can't be brought; what was stored is; the count is that of the list. */
  async look(host: HostProcess): Promise<void> {
    expect((await this.#bring(host, [...this.erased.values()])).status).toBe(201);
    const all = await host.fetch('GET', `/${this.name}/_all_docs`);
    const { rows } = JSON.parse(all.text) as { rows: { id: string }[] };
    const there = new Set(rows.map(({ id }) => id));
    expect([...this.erased.keys()].filter((id) => there.has(id))).toEqual([]);
    expect([...this.#stored.keys()].filter((id) => !there.has(id))).toEqual([]);
    const info = await host.fetch('GET', `/${this.name}`);
    expect(JSON.parse(info.text)).toMatchObject({ doc_count: there.size });
  }

  #bring(host: HostProcess, docs: readonly Doc[]) {
    return host.fetch('POST', `/${this.name}/_bulk_docs`, { new_edits: false, docs });
  }

  #next(): Doc {
    this.#issued += 1;
    return {
      _id: `e${String(this.#issued).padStart(6, '0')}`,
      _rev: `1-${this.#issued.toString(16).padStart(32, '0')}`,
    };
  }
}
