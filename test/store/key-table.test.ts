import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../src/domain/bytes.ts';
import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { sealVaultEntry } from '../../src/domain/vault/seal.ts';
import { tableSeal } from '../../src/domain/vault/table-seal.ts';
import type { Vault, VaultChange } from '../../src/store/ports.ts';
import { purging } from '../../src/store/sealed-vault.ts';
import { openVault } from '../../src/store/vault.ts';
import type { VaultHome } from '../../src/store/vault-home.ts';
import { DiskKeys, type KeptKeys, tablesIn } from './disk-keys.ts';

beforeAll(() => sodiumReady());

const scopeOf = (name: string) => /^(?:text|mark)\/([a-e])\//.exec(name)?.[1];

interface Entry {
  readonly id: string;
  readonly c: string;
}

/** What somebody who takes the disk has of it: files keep what was replaced and removed. */
interface Copy {
  readonly keys: KeptKeys;
  readonly entries: readonly Entry[];
}

/** A disk that forgets nothing of what was written to the vault, and may die at any write. */
class Disk implements VaultHome {
  readonly keys = new DiskKeys();
  readonly #now = new Map<string, string>();
  readonly #ever: Entry[] = [];
  /** How many writes are left until everything dies. */
  left = Number.POSITIVE_INFINITY;

  constructor() {
    this.keys.onWrite = () => this.#die();
  }

  get copy(): Copy {
    return { keys: this.keys.disk, entries: [...this.#ever] };
  }

  get size(): number {
    return this.#now.size;
  }

  async load(): Promise<Entry[]> {
    return [...this.#now].map(([id, c]) => ({ id, c }));
  }

  async write(changes: readonly { id: string; c?: string }[]): Promise<void> {
    this.#die();
    for (const { id, c } of changes) {
      if (c === undefined) this.#now.delete(id);
      else this.#now.set(id, c);
      if (c !== undefined) this.#ever.push({ id, c });
    }
  }

  async start(): Promise<Vault> {
    return (await openVault(this, this.keys, randomBytes, scopeOf)).vault;
  }

  #die(): void {
    if (this.left === 0) throw new Error('died');
    this.left -= 1;
  }
}

/** All that whoever has this copy, with the passphrase, can read. */
function readIn({ keys, entries }: Copy): string {
  return tablesIn(keys)
    .map(tableSeal)
    .flatMap((seal) => entries.map((entry) => seal.open(entry)))
    .flatMap((opened) => (opened.ok ? [new TextDecoder().decode(opened.value.value)] : []))
    .join('\n');
}

const purge = async (vault: Vault, scope: string, changes: readonly VaultChange[] = []) => {
  const gone = vault.entries(`text/${scope}/`).map(([name]): VaultChange => [name, undefined]);
  await vault.putMany([...gone, ...changes, purging(scope)]);
  await vault.finishPurges();
};

describe('a purge', () => {
  it('leaves nothing of the space that a copy of the disk, taken later, could open', async () => {
    const disk = new Disk();
    const vault = await disk.start();
    await vault.putMany([
      ['text/a/1', 'the secret of a'],
      ['text/b/1', 'the secret of b'],
      ['mark/a/1', 'stays of a'],
      ['friend', 'of nobody'],
    ]);
    await vault.put('text/a/1', 'another secret of a');
    const before = disk.copy;
    await purge(vault, 'a');
    const after = readIn(disk.copy);
    expect(after).not.toContain('secret of a');
    for (const text of ['the secret of b', 'stays of a', 'of nobody'])
      expect(after).toContain(text);
    // So that this can fail: whoever copied the disk before it reads on.
    const read = readIn({ keys: before.keys, entries: disk.copy.entries });
    expect([read.includes('the secret of a'), read.includes('another secret of a')]).toEqual([
      true,
      true,
    ]);
  });

  it('keeps what stays, over restarts too, and lets new texts in', async () => {
    const disk = new Disk();
    const vault = await disk.start();
    await vault.putMany([
      ['text/a/1', 'gone'],
      ['mark/a/1', 'stays'],
    ]);
    await purge(vault, 'a', [['mark/a/2', 'new']]);
    await vault.put('text/a/2', 'later');
    for (const one of [vault, await disk.start()]) {
      expect(one.entries('')).toEqual([
        ['mark/a/1', 'stays'],
        ['mark/a/2', 'new'],
        ['text/a/2', 'later'],
      ]);
    }
    expect(disk.size).toBe(3);
  });

  it('can be made of what is not there, and again', async () => {
    const disk = new Disk();
    const vault = await disk.start();
    await vault.put('friend', 1);
    await purge(vault, 'a');
    await purge(vault, 'a');
    await vault.finishPurges();
    expect((await disk.start()).entries('')).toEqual([['friend', 1]]);
  });
});

describe('a purge that is interrupted', () => {
  it('was never begun, or is ended by the next start', async () => {
    const seen = new Set<boolean>();
    for (let left = 0; left < 12; left += 1) {
      const disk = new Disk();
      const vault = await disk.start();
      await vault.putMany([
        ['text/a/1', 'the secret'],
        ['mark/a/1', 'stays'],
        ['text/b/1', 'another'],
      ]);
      disk.left = left;
      await purge(vault, 'a').catch(() => undefined);
      disk.left = Number.POSITIVE_INFINITY;
      const next = await disk.start();
      const isThere = next.get('text/a/1') !== undefined;
      seen.add(isThere);
      expect([next.get('mark/a/1'), next.get('text/b/1')]).toEqual(['stays', 'another']);
      expect(readIn(disk.copy).includes('the secret')).toBe(isThere);
      expect(disk.size).toBe(isThere ? 3 : 2);
    }
    expect(seen).toEqual(new Set([true, false]));
  });

  it('goes on when it is asked for again, in the same run', async () => {
    for (let left = 1; left < 8; left += 1) {
      const disk = new Disk();
      const vault = await disk.start();
      await vault.putMany([
        ['text/a/1', 'the secret'],
        ['mark/a/1', 'stays'],
      ]);
      disk.left = left;
      await purge(vault, 'a').catch(() => undefined);
      disk.left = Number.POSITIVE_INFINITY;
      await vault.put('mark/a/2', 'meanwhile');
      await vault.finishPurges();
      expect(readIn(disk.copy)).not.toContain('the secret');
      for (const one of [vault, await disk.start()]) {
        expect(one.entries('')).toEqual([
          ['mark/a/1', 'stays'],
          ['mark/a/2', 'meanwhile'],
        ]);
      }
      expect(disk.size).toBe(2);
    }
  });
});

describe('what one key sealed before there was a table', () => {
  const seeded = async (count: number): Promise<Disk> => {
    const disk = new Disk();
    const entries = Array.from({ length: count }, (_, at) =>
      sealVaultEntry(
        disk.keys.former,
        at % 2 === 0 ? `text/a/${at}` : `friend/${at}`,
        utf8(`"old ${at}"`),
        randomBytes,
      ),
    );
    await disk.write(entries);
    return disk;
  };

  it('is sealed anew by each its own key, and what opened it is no more', async () => {
    const disk = await seeded(320);
    const old = disk.keys.former;
    const vault = await disk.start();
    expect(vault.entries('')).toHaveLength(320);
    expect(disk.size).toBe(320);
    expect(disk.keys.former).not.toEqual(old);
    expect(disk.keys.table?.former).toBeUndefined();
    await purge(vault, 'a');
    expect(readIn(disk.copy)).not.toContain('"old 0"');
    expect(readIn(disk.copy)).toContain('"old 1"');
    expect((await disk.start()).entries('')).toHaveLength(160);
  });

  it('is all there wherever that is interrupted', async () => {
    for (let left = 0; left < 10; left += 1) {
      const disk = await seeded(40);
      disk.left = left;
      await disk.start().catch(() => undefined);
      disk.left = Number.POSITIVE_INFINITY;
      const vault = await disk.start();
      expect(vault.entries('')).toHaveLength(40);
      expect(disk.size).toBe(40);
      expect(disk.keys.table?.former).toBeUndefined();
    }
  });

  it('is left alone when another key comes', async () => {
    const disk = await seeded(320);
    const keys = new DiskKeys();
    const opening = openVault(disk, keys, randomBytes, scopeOf);
    await expect(opening).rejects.toMatchObject({ code: 'data-damaged' });
    expect([disk.size, keys.table]).toEqual([320, undefined]);
  });
});

type Step =
  | { readonly is: 'write'; readonly scope: string; readonly at: number; readonly mark: boolean }
  | { readonly is: 'purge'; readonly scope: string }
  | { readonly is: 'start' }
  | { readonly is: 'die'; readonly after: number };

const scopes = fc.constantFrom('a', 'b', 'c');
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      is: fc.constant('write' as const),
      scope: scopes,
      at: fc.nat(3),
      mark: fc.boolean(),
    }),
    fc.record({ is: fc.constant('purge' as const), scope: scopes }),
    fc.record({ is: fc.constant('start' as const) }),
    fc.record({ is: fc.constant('die' as const), after: fc.nat(6) }),
  ),
  { maxLength: 25 },
);

describe('whatever is written, purged and interrupted', () => {
  it('what was decided holds, nothing else is lost, and nothing purged opens', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (run) => {
        const disk = new Disk();
        let vault = await disk.start();
        let number = 0;
        let model = new Map<string, string>();
        const purged = new Map<string, string>();

        /** Either it was done or it wasn't; which of both is what the next start finds. */
        const step = async (after: Map<string, string>, work: () => Promise<void>) => {
          const before = model;
          try {
            await work();
            model = after;
          } catch {
            disk.left = Number.POSITIVE_INFINITY;
            vault = await disk.start();
            const found = new Map(vault.entries(''));
            const isDone = JSON.stringify([...found]) === sorted(after);
            expect(JSON.stringify([...found])).toBe(sorted(isDone ? after : before));
            model = isDone ? after : before;
          }
        };

        for (const one of run) {
          if (one.is === 'die') disk.left = one.after;
          if (one.is === 'start') {
            disk.left = Number.POSITIVE_INFINITY;
            vault = await disk.start();
          }
          if (one.is === 'write') {
            number += 1;
            const name = `${one.mark ? 'mark' : 'text'}/${one.scope}/${one.at}`;
            const after = new Map(model).set(name, `value ${number}.`);
            await step(after, () => vault.put(name, `value ${number}.`));
          }
          if (one.is === 'purge') {
            const gone = [...model].filter(([name]) => name.startsWith(`text/${one.scope}/`));
            const after = new Map(
              [...model].filter(([name]) => !gone.some(([its]) => its === name)),
            );
            await step(after, () => purge(vault, one.scope));
            const isGone = gone.every(([name]) => !model.has(name));
            if (isGone) for (const [name, text] of gone) purged.set(text, name);
          }
          expect(JSON.stringify(vault.entries(''))).toBe(sorted(model));
        }
        disk.left = Number.POSITIVE_INFINITY;
        vault = await disk.start();
        expect(JSON.stringify(vault.entries(''))).toBe(sorted(model));
        const read = readIn(disk.copy);
        for (const text of purged.keys()) expect(read).not.toContain(text);
        for (const text of model.values()) expect(read).toContain(text);
        expect(disk.size).toBe(model.size);
      }),
      { numRuns: 150 },
    );
  });
});

function sorted(model: ReadonlyMap<string, string>): string {
  return JSON.stringify([...model].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
