import { expect } from 'vitest';
import type { HostProcess } from '../host/native-host-process.ts';
import type { Chance } from './chance.ts';

type Answer = Awaited<ReturnType<HostProcess['fetch']>>;

interface Doc {
  readonly _id: string;
  readonly _rev: string;
  readonly text: string;
}

/** One database, as somebody knows it who writes to it and reads on where they were. */
export class Known {
  readonly name: string;
  /** Documents that were said to be stored, and their texts. */
  readonly acknowledged = new Map<string, string>();
  /** Documents that came in one write: all of them are stored, or none. */
  readonly #together: string[][] = [];
  readonly #chance: Chance;
  readonly #seen = new Set<string>();
  #issued = 0;
  #since: unknown = 0;

  constructor(name: string, chance: Chance) {
    this.name = name;
    this.#chance = chance;
  }

  /** One write of a few documents, most of them small. */
  async tryToWrite(host: HostProcess): Promise<Answer> {
    const docs = this.#next();
    const answer = await host.fetch('POST', `/${this.name}/_bulk_docs`, { new_edits: false, docs });
    if (answer.status === 201) this.#acknowledge(docs);
    return answer;
  }

  async write(host: HostProcess): Promise<void> {
    const { status, text } = await this.tryToWrite(host);
    expect([status, text.trim()]).toEqual([201, '[]']);
  }

  /** Writes until the host is gone. */
  async writeOn(host: HostProcess): Promise<void> {
    const gone = host.exited.then(() => undefined);
    for (;;) {
      const docs = this.#next();
      const body = { new_edits: false, docs };
      const answer = await Promise.race([
        host.fetch('POST', `/${this.name}/_bulk_docs`, body),
        gone,
      ]);
      if (!answer) return;
      expect([answer.status, answer.text.trim()]).toEqual([201, '[]']);
      this.#acknowledge(docs);
    }
  }

  /** Nothing that was acknowledged is missing, nothing is there that nobody wrote, and nothing is told twice. */
  async readOn(host: HostProcess): Promise<void> {
    const path = `/${this.name}/_changes?since=${encodeURIComponent(String(this.#since))}`;
    const answer = await host.fetch('GET', path);
    expect(answer.status).toBe(200);
    const { results, last_seq: last } = JSON.parse(answer.text) as {
      results: { id: string }[];
      last_seq: unknown;
    };
    expect(results.filter(({ id }) => this.#seen.has(id))).toEqual([]);
    for (const { id } of results) this.#seen.add(id);
    this.#since = last;
    expect([...this.acknowledged.keys()].filter((id) => !this.#seen.has(id))).toEqual([]);
    expect(this.#seen.size).toBeLessThanOrEqual(this.#issued);
  }

  /** The documents themselves: the acknowledged ones as they were written, and of no write a part only. */
  async readAll(host: HostProcess): Promise<void> {
    const answer = await host.fetch('GET', `/${this.name}/_all_docs?include_docs=true`);
    expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
    const { rows } = JSON.parse(answer.text) as { rows: { id: string; doc: Doc }[] };
    const found = new Map(rows.map(({ id, doc }) => [id, doc.text]));
    const wrong = [...this.acknowledged].filter(([id, text]) => found.get(id) !== text);
    expect(wrong.map(([id]) => id)).toEqual([]);
    const parts = this.#together.filter((ids) => new Set(ids.map((id) => found.has(id))).size > 1);
    expect(parts).toEqual([]);
    expect(found.size).toBeLessThanOrEqual(this.#issued);
  }

  #acknowledge(docs: readonly Doc[]): void {
    for (const { _id, text } of docs) this.acknowledged.set(_id, text);
  }

  #next(): Doc[] {
    const count = this.#chance.below(20) === 0 ? 60 : 1 + this.#chance.below(3);
    const docs = Array.from({ length: count }, (_, nth): Doc => {
      const number = this.#issued + nth;
      const _id = `d${String(number).padStart(6, '0')}`;
      const _rev = `1-${number.toString(16).padStart(32, '0')}`;
      const text = `${_id} ${String(this.#chance.below(2 ** 31))} `.repeat(
        1 + this.#chance.below(40),
      );
      return { _id, _rev, text };
    });
    this.#issued += count;
    this.#together.push(docs.map(({ _id }) => _id));
    return docs;
  }
}
