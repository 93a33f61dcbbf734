import { expect } from 'vitest';
import type { HostProcess } from '../host/native-host-process.ts';

/** A database that is made, written to and deleted again and again, as somebody knows it who does it. */
export class Passing {
  readonly name: string;
  /** Creations and deletions that were said to be done. */
  acknowledged = 0;
  /** Whether it is there; `undefined` while nobody has said so. */
  #there: boolean | undefined = false;
  /** The documents of its present life. */
  #life = 0;
  #documents = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Until the host is gone. */
  async comeAndGo(host: HostProcess): Promise<void> {
    const gone = host.exited.then(() => undefined);
    const ask = (method: string, path: string, body?: unknown) =>
      Promise.race([host.fetch(method, `/${this.name}${path}`, body), gone]);
    for (;;) {
      if (this.#there !== true) {
        this.#there = undefined;
        this.#life += 1;
        this.#documents = 0;
        const made = await ask('PUT', '');
        if (!made) return;
        expect(made.status).toBe(201);
        this.#there = true;
        this.acknowledged += 1;
      }
      for (let nth = 0; nth < 3; nth += 1) {
        const stored = await ask('PUT', `/${String(this.#life)}-${String(nth)}`, {});
        if (!stored) return;
        expect(stored.status).toBe(201);
        this.#documents += 1;
      }
      this.#there = undefined;
      const deleted = await ask('DELETE', '');
      if (!deleted) return;
      expect(deleted.status).toBe(200);
      this.#there = false;
      this.acknowledged += 1;
    }
  }

  /** It is there or not as was last said, whole, and with nothing of a life before; then it is gone. */
  async look(host: HostProcess): Promise<void> {
    const { status, text } = await host.fetch('GET', `/${this.name}/_all_docs`);
    if (this.#there !== undefined) expect(status).toBe(this.#there ? 200 : 404);
    if (status === 200) {
      const { rows } = JSON.parse(text) as { rows: { id: string }[] };
      expect(rows.filter(({ id }) => !id.startsWith(`${String(this.#life)}-`))).toEqual([]);
      if (this.#there === true) expect(rows.length).toBeGreaterThanOrEqual(this.#documents);
      expect((await host.fetch('DELETE', `/${this.name}`)).status).toBe(200);
    } else expect(status).toBe(404);
    this.#there = false;
  }
}
