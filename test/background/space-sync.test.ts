import { describe, expect, it } from 'vitest';
import { type Holder, holdersOf, spaceSync } from '../../src/background/app/spaces/space-sync.ts';
import type { SpaceName } from '../../src/domain/space/name.ts';

const friend = (connection: Holder['connection'], code?: Holder['code']): Holder => ({
  kind: 'friend',
  connection,
  code,
});
const away = friend('unreachable', 'peer-unreachable');

describe('what is told of a space', () => {
  it('is nothing where nobody else has it', () => {
    expect(spaceSync([])).toBeUndefined();
  });

  it('is up to date as soon as one of those who have it has given all', () => {
    expect(spaceSync([away, friend('up-to-date')])).toEqual({ state: 'up-to-date' });
    expect(spaceSync([friend('online'), friend('up-to-date', 'peer-timeout')])).toEqual({
      state: 'fetching',
    });
  });

  it('is what goes on with the one who is nearest, else why nobody is there', () => {
    expect(spaceSync([away, friend('dialing')])).toEqual({ state: 'connecting' });
    expect(spaceSync([friend('unknown'), away])).toEqual({
      state: 'waiting',
      code: 'peer-unreachable',
    });
    expect(spaceSync([friend('unknown')])).toEqual({ state: 'waiting' });
  });

  it('counts a member who was served and let go again; a friend seen last week is none', () => {
    const rested: Holder = { kind: 'member', connection: 'unknown', lastSeen: 1 };
    expect(spaceSync([rested])).toEqual({ state: 'up-to-date' });
    expect(spaceSync([{ ...rested, kind: 'friend' }])).toEqual({ state: 'waiting' });
  });

  it('is of those who have the space, and tells when it is paused', () => {
    const space = 'sspace' as SpaceName;
    const peer = { kind: 'friend' as const, device: new Uint8Array(32) };
    const has = { ...peer, address: 'ana', spaces: [{ name: space, door: 'signed' as const }] };
    const other = { ...peer, address: 'ben', spaces: [] };
    const full = { ...has, spaces: has.spaces.map((one) => ({ ...one, paused: true })) };
    const stateOf = () => away;
    expect(holdersOf(space, [has, other], stateOf)).toEqual({ holders: [away], paused: false });
    expect(holdersOf(space, [full], stateOf).paused).toBe(true);
  });
});
