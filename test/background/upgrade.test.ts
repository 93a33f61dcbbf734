import { describe, expect, it } from 'vitest';
import { profileFormat } from '../../src/background/upgrade/profile-format.ts';
import { type Step, upgrade } from '../../src/background/upgrade/upgrade.ts';
import type { SessionArea } from '../../src/store/ports.ts';
import { TestSessionArea } from '../store/session-area.ts';

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
const version = '0.2.0';
const profile = '00112233445566778899aabbccddeeff';
const format = (number: number, of = '0.1.0') => ({ format: { number, version: of } });

const newest = profileFormat + 2;
/** Two changes that would do harm if they were done twice. */
const steps: readonly Step[] = [
  {
    to: profileFormat + 1,
    change: ({ keys, old }) => ({ keys: `${String(keys)}+1`, kept: old, old: undefined }),
  },
  {
    to: profileFormat + 2,
    change: ({ keys, kept }) => ({ keys: `${String(keys)}+${String(kept)}` }),
  },
];
const before = { profile, keys: 'secret', old: 'name', home: 'native' };
const after = {
  profile,
  home: 'native',
  keys: 'secret+1+name',
  kept: 'name',
  ...format(newest, version),
};

async function areaWith(items: Record<string, unknown>): Promise<TestSessionArea> {
  const area = new TestSessionArea();
  await area.set(items);
  return area;
}

/** Dies at its write of this number, before or after it is done. */
function mortal(area: SessionArea, dies: number, done: boolean): SessionArea & { died: boolean } {
  let writes = 0;
  const state = {
    died: false,
    get: (names: string[] | null) => area.get(names),
    set: (items: Record<string, unknown>) => write(() => area.set(items)),
    remove: (names: string[]) => write(() => area.remove(names)),
  };
  const write = async (run: () => Promise<void>): Promise<void> => {
    if (state.died) throw new Error('died');
    const isLast = writes === dies;
    writes += 1;
    if (!isLast || done) await run();
    if (!isLast) return;
    state.died = true;
    throw new Error('died');
  };
  return state;
}

describe('what a browser keeps of a profile, and its form', () => {
  it('is left alone where nobody has begun, and where it is the newest', async () => {
    for (const items of [{}, { erasing: {} }, { ...before, ...format(profileFormat) }]) {
      const area = await areaWith(items);
      await upgrade({ area, random, version });
      expect(await area.get(null)).toEqual(items);
    }
  });

  it('of before there were numbers gets one', async () => {
    const area = await areaWith(before);
    await upgrade({ area, random, version });
    expect(await area.get(null)).toEqual({ ...before, ...format(profileFormat, version) });
  });

  it('that is newer is refused with the version that reads it, and untouched', async () => {
    const items = { ...before, ...format(profileFormat + 1, '7.8.9'), more: 'unknown' };
    const area = await areaWith(items);
    const refusal = { code: 'data-newer', detail: '7.8.9' };
    await expect(upgrade({ area, random, version })).rejects.toMatchObject(refusal);
    expect(await area.get(null)).toEqual(items);
  });

  it('whose number can’t be read is refused, and untouched', async () => {
    const items = { ...before, format: 'new' };
    const area = await areaWith(items);
    await expect(upgrade({ area, random, version })).rejects.toMatchObject({
      code: 'data-damaged',
    });
    expect(await area.get(null)).toEqual(items);
  });

  it('goes through every step it hasn’t had, and no copy of old keys is left', async () => {
    const area = await areaWith(before);
    await upgrade({ area, random, version }, steps, newest);
    expect(await area.get(null)).toEqual(after);
  });

  it('survives a death at any write, and is made good at the next start', async () => {
    for (const done of [false, true]) {
      for (let dies = 0, died = true; died; dies += 1) {
        const disk = await areaWith(before);
        const area = mortal(disk, dies, done);
        await upgrade({ area, random, version }, steps, newest).catch(() => undefined);
        died = area.died;
        await upgrade({ area: disk, random, version }, steps, newest);
        expect(await disk.get(null)).toEqual(after);
      }
    }
  });

  it('is put back after such a death by an add-on that knows of no newer form', async () => {
    for (let dies = 0, died = true; died; dies += 1) {
      const items = { ...before, ...format(profileFormat) };
      const disk = await areaWith(items);
      const area = mortal(disk, dies, true);
      await upgrade({ area, random, version }, steps, newest).catch(() => undefined);
      died = area.died;
      const { format: reached } = await disk.get(['format']);
      const again = upgrade({ area: disk, random, version });
      if (JSON.stringify(reached) === JSON.stringify(format(newest, version).format)) {
        await expect(again).rejects.toMatchObject({ code: 'data-newer' });
      } else {
        await again;
        expect(await disk.get(null)).toEqual(items);
      }
    }
  });

  it('says so when there is no room, with nothing lost', async () => {
    const area = await areaWith(before);
    const quota = area.quota;
    area.quota = 150;
    const failing = upgrade({ area, random, version }, steps, newest);
    await expect(failing).rejects.toMatchObject({ code: 'upgrade-failed' });
    expect(await area.get(null)).toEqual(before);
    area.quota = quota;
    await upgrade({ area, random, version }, steps, newest);
    expect(await area.get(null)).toEqual(after);
  });
});
