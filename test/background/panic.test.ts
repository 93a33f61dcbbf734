import { beforeEach, describe, expect, it } from 'vitest';
import {
  eraseAtHost,
  eraseKeys,
  finishErasing,
  type PanicPorts,
} from '../../src/background/panic/panic.ts';
import { onSecond } from '../../src/background/panic/twice.ts';
import { CodedError } from '../../src/protocol/codes.ts';
import type { SessionArea } from '../../src/store/ports.ts';
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
    expect(await browser.disk.get(null)).toEqual({ erasing: { here: true, profiles: [profile] } });
    expect(await browser.ram.get(null)).toEqual({});
    await finishErasing(browser);
    expect([...browser.kept]).toEqual([]);
    expect(await browser.disk.get(null)).toEqual({ erasing: { here: false, profiles: [profile] } });
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
        erasing: { here: false, profiles: [profile] },
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

  it('erases nothing for a note that says nothing', async () => {
    await browser.disk.set({ erasing: 'yes' });
    await finishErasing(browser);
    expect(await browser.disk.get(['keys'])).toEqual({ keys: { root: 'secret' } });
  });
});

describe('the key of the keyboard', () => {
  it('does something only when it is pressed twice within two seconds', () => {
    let now = 1_000_000;
    let done = 0;
    const press = onSecond(
      () => now,
      () => (done += 1),
    );
    press();
    now += 2_001;
    press();
    expect(done).toBe(0);
    now += 1_000;
    press();
    expect(done).toBe(1);
    // A third time is the first again.
    press();
    expect(done).toBe(1);
    now -= 5_000;
    press();
    expect(done).toBe(1);
  });
});
