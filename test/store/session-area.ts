import type { SessionArea } from '../../src/store/ports.ts';

/** `storage.session` as Firefox has it: values are copied, a write past the quota changes nothing. */
export class TestSessionArea implements SessionArea {
  readonly #items = new Map<string, string>();
  quota: number;
  writes = 0;

  constructor(quota = 10_485_760) {
    this.quota = quota;
  }

  async get(keys: string[] | null): Promise<Record<string, unknown>> {
    const wanted = keys ?? [...this.#items.keys()];
    return Object.fromEntries(
      wanted.flatMap((key) => {
        const text = this.#items.get(key);
        return text === undefined ? [] : [[key, JSON.parse(text) as unknown]];
      }),
    );
  }

  async set(items: Record<string, unknown>): Promise<void> {
    const next = new Map(this.#items);
    for (const [key, value] of Object.entries(items)) next.set(key, JSON.stringify(value));
    let size = 0;
    for (const [key, text] of next) size += key.length + text.length;
    if (size > this.quota) {
      throw new Error(
        'QuotaExceededError: storage.session API call exceeded its quota limitations.',
      );
    }
    this.writes += 1;
    for (const [key, text] of next) this.#items.set(key, text);
  }

  async remove(keys: string[]): Promise<void> {
    for (const key of keys) this.#items.delete(key);
  }
}
