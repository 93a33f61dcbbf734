import { beforeEach, describe, expect, it } from 'vitest';
import { OwnSettings } from '../../src/background/own-settings.ts';
import { chooseKeeping } from '../../src/background/keep-nothing.ts';
import type { Served } from '../../src/background/host/connection.ts';
import { eraseAtHost } from '../../src/background/panic/panic.ts';
import type { HostState } from '../../src/protocol/page-calls.ts';
import { TestSessionArea } from '../store/session-area.ts';

const keys = { version: 1, root: 'r', device: 'd', vault: 'v' } as const;
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

describe('the settings of a browser profile', () => {
  let local: TestSessionArea;
  let memory: TestSessionArea;
  /** As the background finds them whenever the browser starts it. */
  const opened = async (): Promise<OwnSettings> => {
    const settings = new OwnSettings({ local, memory, random, version: '1' });
    await settings.open();
    return settings;
  };

  beforeEach(() => {
    local = new TestSessionArea();
    memory = new TestSessionArea();
  });

  it('are on the disk, unless somebody new keeps nothing', async () => {
    const settings = await opened();
    await settings.remember({ home: 'native', keys });
    expect(await memory.get(null)).toEqual({});
    expect(await local.get(null)).toMatchObject({ home: 'native', keys });
    expect((await opened()).keepsNothing).toBe(false);
  });

  it('are in memory alone for who keeps nothing, and are gone with the browser', async () => {
    const settings = await opened();
    const before = settings.value.profile;
    const profile = await settings.setKeepsNothing(true);
    expect(profile).not.toBe(before);
    await settings.remember({ home: 'memory', keys });
    await settings.overwriteOld();
    expect(await local.get(null)).toEqual({});
    // The browser ended the background, and starts it again.
    const again = await opened();
    expect(again.keepsNothing).toBe(true);
    expect(again.value).toMatchObject({ profile, home: 'memory', keys });
    // The browser was closed.
    memory = new TestSessionArea();
    const anew = await opened();
    expect(anew.keepsNothing).toBe(false);
    expect(anew.value.keys).toBeUndefined();
  });

  it('are never moved off the disk or onto it once somebody’s keys are there', async () => {
    const settings = await opened();
    await settings.remember({ keys });
    await expect(settings.setKeepsNothing(true)).rejects.toMatchObject({ code: 'identity-exists' });
    expect(await local.get(null)).toMatchObject({ keys });
  });

  it('leave the host a directory to erase that nobody has begun in, and never the one of today', async () => {
    const settings = await opened();
    const before = settings.value.profile;
    const served: Served[] = [];
    const state: HostState = { phase: 'connected', version: '1' };
    const host = {
      state,
      serve: (one: Served) => void served.push(one),
    };
    await chooseKeeping(true, settings, local, host);
    const temporary = settings.value.profile;
    await chooseKeeping(false, settings, local, host);
    await chooseKeeping(true, settings, local, host);
    expect(served.map(({ isTemporary }) => isTemporary)).toEqual([true, false, true]);
    const third = served[1]?.profile;
    const erased: string[] = [];
    expect(await eraseAtHost(local, async (profile) => void erased.push(profile))).toBeUndefined();
    expect(erased).toEqual([before, third]);
    expect(erased).not.toContain(temporary);
    expect(erased).not.toContain(settings.value.profile);
    expect(await local.get(null)).toEqual({});
  });
});
