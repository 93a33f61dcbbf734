import { beforeEach, describe, expect, it } from 'vitest';
import {
  eraseAtHost,
  eraseKeys,
  finishErasing,
  leftOfErasing,
  type PanicPorts,
} from '../../src/background/panic/panic.ts';
import { onSecond } from '../../src/background/panic/twice.ts';
import { CodedError } from '../../src/protocol/codes.ts';
import type { SessionArea } from '../../src/store/ports.ts';
import { FakeClock } from '../sync/fake-clock.ts';
import { TestSessionArea } from '../store/session-area.ts';

const profile = '00112233445566778899aabbccddeeff';
const next = 'ffeeddccbbaa99887766554433221100';

/** A browser that may die before or after any of its writes. */
class Browser implements PanicPorts {
  readonly disk = new TestSessionArea();
  readonly ram = new TestSessionArea();
  readonly kept = new Set(['vault', 'posts']);
  dies = Number.POSITIVE_INFINITY;
  readonly #mortal = (area: SessionArea): SessionArea => ({
    get: (names) => area.get(names),
    set: (items) => this.#write(() => area.set(items)),
    remove: (names) => this.#write(() => area.remove(names)),
  });
  readonly local = this.#mortal(this.disk);
  readonly memory = this.#mortal(this.ram);
  readonly random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  readonly databases = async () => [...this.kept];
  readonly deleteDatabase = (name: string) => this.#write(async () => void this.kept.delete(name));

  get ports(): PanicPorts {
    const { local, memory, random, databases, deleteDatabase } = this;
    return { local, memory, random, databases, deleteDatabase };
  }

  async begin(): Promise<void> {
    await this.disk.set({ keys: { root: 'secret' }, home: 'native', profile, page: 'sealed' });
    await this.ram.set({ stretched: 'secret' });
  }

  async #write(write: () => Promise<void>): Promise<void> {
    if (this.dies === 0) throw new Error('died');
    this.dies -= 1;
    await write();
    if (this.dies === 0) throw new Error('died');
  }
}

describe('erasing everything', () => {
  let browser: Browser;

  beforeEach(async () => {
    browser = new Browser();
    await browser.begin();
  });

  it('takes the keys first, then all that is in the browser, and leaves the host’s part in a note', async () => {
    await eraseKeys(browser);
    expect(await browser.disk.get(null)).toEqual({
      erasing: { here: true, profiles: [profile], databases: [] },
    });
    expect(await browser.ram.get(null)).toEqual({});
    await finishErasing(browser);
    expect([...browser.kept]).toEqual([]);
    expect(await browser.disk.get(null)).toEqual({
      erasing: { here: false, profiles: [profile], databases: [] },
    });
  });

  it('goes on wherever it died, once it has begun', async () => {
    for (let dies = 0; dies < 20; dies += 1) {
      const mortal = new Browser();
      await mortal.begin();
      mortal.dies = dies;
      await eraseKeys(mortal)
        .then(() => finishErasing(mortal))
        .catch(() => undefined);
      const begun = 'erasing' in (await mortal.disk.get(null));
      const { keys } = await mortal.disk.get(['keys']);
      // Nothing is lost before the decision is on the disk.
      if (!begun) expect(keys).toEqual({ root: 'secret' });
      mortal.dies = Number.POSITIVE_INFINITY;
      await finishErasing(mortal);
      if (!begun) continue;
      expect(await mortal.disk.get(null)).toEqual({
        erasing: { here: false, profiles: [profile], databases: [] },
      });
      expect([await mortal.ram.get(null), [...mortal.kept]]).toEqual([{}, []]);
    }
  });

  it('never touches who begins afterwards', async () => {
    await eraseKeys(browser);
    await finishErasing(browser);
    await browser.disk.set({ profile: next, keys: { root: 'another' } });
    browser.kept.add('vault');
    await finishErasing(browser);
    expect(await browser.disk.get(['keys', 'profile'])).toEqual({
      profile: next,
      keys: { root: 'another' },
    });
    expect([...browser.kept]).toEqual(['vault']);
  });

  it('has the host erase its part as soon as it can, and says what it couldn’t', async () => {
    await eraseKeys(browser);
    await finishErasing(browser);
    const asked: string[] = [];
    const refuse = async () => {
      throw new CodedError('data-in-use');
    };
    expect(await eraseAtHost(browser.disk, refuse)).toBe('data-in-use');
    expect(await eraseAtHost(browser.disk, async (name) => void asked.push(name))).toBe(undefined);
    expect(asked).toEqual([profile]);
    expect(await browser.disk.get(null)).toEqual({});
    expect(await eraseAtHost(browser.disk, refuse)).toBe(undefined);
  });

  it('keeps what the host has still to erase when it is done again', async () => {
    await eraseKeys(browser);
    await finishErasing(browser);
    await browser.disk.set({ profile: next, keys: {} });
    await eraseKeys(browser);
    await finishErasing(browser);
    const asked: string[] = [];
    await eraseAtHost(browser.disk, async (name) => void asked.push(name));
    expect(asked).toEqual([profile, next]);
  });

  it('takes the keys of a full disk, where not even the note fits', async () => {
    const refused = { writes: 0 };
    const { local } = browser;
    const full: SessionArea = {
      ...local,
      async set() {
        refused.writes += 1;
        throw new Error('disk full');
      },
    };
    await eraseKeys({ ...browser.ports, local: full });
    expect(refused.writes).toBeGreaterThan(0);
    expect(await browser.disk.get(null)).toEqual({});
    expect(await browser.ram.get(null)).toEqual({});
  });

  it('takes everything and leaves the note, if only what overwrites does not fit', async () => {
    const few: SessionArea = {
      ...browser.local,
      async set(items) {
        if (!('erasing' in items)) throw new Error('disk full');
        await browser.disk.set(items);
      },
    };
    await eraseKeys({ ...browser.ports, local: few });
    expect(Object.keys(await browser.disk.get(null))).toEqual(['erasing']);
    expect(await browser.ram.get(null)).toEqual({});
    await finishErasing({ ...browser.ports, local: few });
    expect([...browser.kept]).toEqual([]);
  });

  it('says so when the keys can’t be taken away', async () => {
    const stuck: SessionArea = {
      ...browser.local,
      async remove() {
        throw new Error('read-only');
      },
    };
    await expect(eraseKeys({ ...browser.ports, local: stuck })).rejects.toThrow('data-unwritable');
    // What a passphrase opens is closed all the same.
    expect(await browser.ram.get(null)).toEqual({});
  });

  it('clears the memory right after the keys, before what takes longer', async () => {
    const order: string[] = [];
    const noted = (name: string, area: SessionArea): SessionArea => ({
      ...area,
      set: async (items) => {
        order.push(`${name} writes`);
        await area.set(items);
      },
      remove: async (names) => {
        order.push(`${name} loses ${names.join()}`);
        await area.remove(names);
      },
    });
    await eraseKeys({
      ...browser.ports,
      local: noted('disk', browser.local),
      memory: noted('memory', browser.memory),
    });
    expect(order.slice(0, 3)).toEqual(['disk writes', 'disk loses keys', 'memory loses stretched']);
  });

  it('goes on past a database that stays, says so, and tries again until somebody begins anew', async () => {
    await eraseKeys(browser);
    const { deleteDatabase } = browser;
    const stays = async (name: string) => {
      if (name === 'vault') throw new Error('stays');
      await deleteDatabase(name);
    };
    await finishErasing({ ...browser.ports, deleteDatabase: stays });
    expect([...browser.kept]).toEqual(['vault']);
    expect(await leftOfErasing(browser.disk)).toBe('data-unwritable');
    await eraseAtHost(browser.disk, async () => undefined);
    expect(await leftOfErasing(browser.disk)).toBe('data-unwritable');
    const again = new Browser();
    await again.disk.set({ ...(await browser.disk.get(null)), keys: { root: 'another' } });
    await finishErasing(again);
    expect([...again.kept]).toEqual(['vault', 'posts']);
    expect(await leftOfErasing(again.disk)).toBe(undefined);
    await finishErasing(browser);
    expect([...browser.kept]).toEqual([]);
    expect(await browser.disk.get(null)).toEqual({});
  });

  it('says that the host has still to erase its part before the host has come', async () => {
    expect(await leftOfErasing(browser.disk)).toBe(undefined);
    await eraseKeys(browser);
    await finishErasing(browser);
    expect(await leftOfErasing(browser.disk)).toBe('host-missing');
    await eraseAtHost(browser.disk, async () => undefined);
    expect(await leftOfErasing(browser.disk)).toBe(undefined);
  });

  it('erases nothing for a note that says nothing', async () => {
    await browser.disk.set({ erasing: 'yes' });
    await finishErasing(browser);
    expect(await browser.disk.get(['keys'])).toEqual({ keys: { root: 'secret' } });
  });
});

describe('the key of the keyboard', () => {
  const keyboard = () => {
    const clock = new FakeClock(1_000_000);
    let done = 0;
    const press = onSecond(clock, () => (done += 1));
    return {
      /** Presses after each of these waits, and then none for long. */
      async after(...waits: number[]): Promise<number> {
        for (const wait of waits) {
          await clock.pass(wait);
          press();
        }
        await clock.pass(10_000);
        return done;
      },
    };
  };

  it.each([
    ['once', [0], 0],
    ['twice, too far apart', [0, 2_001], 0],
    ['twice within two seconds', [0, 1_000], 1],
    ['twice, quickly', [0, 160], 1],
    ['three times: it is done once', [0, 500, 500], 1],
    ['twice with a second in between, after a slip', [0, 5_000, 1_000], 1],
    ['held down: the system repeats it', [0, 500, 33, 33, 33, 33], 0],
    ['held down where repeats begin early', [0, 160, 33, 33], 0],
    ['held down twice', [0, 500, 33, 33, 800, 500, 33], 0],
    ['twice, after something lay on it', [0, 500, 33, 33, 3_000, 400], 1],
  ])('is pressed %s', async (_, waits, done) => {
    expect(await keyboard().after(...waits)).toBe(done);
  });
});
