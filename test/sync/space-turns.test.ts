import { beforeEach, describe, expect, it } from 'vitest';
import { SpaceTurns } from '../../src/sync/space-turns.ts';
import { FakeClock } from './fake-clock.ts';

let clock: FakeClock;
let turns: SpaceTurns;
let log: string[];

beforeEach(() => {
  clock = new FakeClock();
  turns = new SpaceTurns(clock);
  log = [];
});

/** Pulls from this peer until it is told to end. */
function pull(peer: string, space = 'forum') {
  let end: (error?: Error) => void = () => undefined;
  let bring = () => {};
  const ended = turns.take(space, async (heard) => {
    log.push(peer);
    bring = heard;
    await new Promise<void>((resolve, reject) => {
      end = (error) => (error ? reject(error) : resolve());
    });
  });
  return { ended, end: (error?: Error) => end(error), bring: () => bring() };
}

describe('several peers who announce the same', () => {
  it('are asked one after the other, for each space', async () => {
    const ada = pull('ada');
    const bob = pull('bob');
    const other = pull('bob elsewhere', 'blog');
    await clock.pass(1_000);
    expect(log).toEqual(['ada', 'bob elsewhere']);
    ada.end();
    await ada.ended;
    await clock.pass(0);
    expect(log).toEqual(['ada', 'bob elsewhere', 'bob']);
    bob.end();
    other.end();
    await Promise.all([bob.ended, other.ended]);
  });

  it('don’t wait for one who says nothing, and do for one who brings more and more', async () => {
    const ada = pull('ada');
    const bob = pull('bob');
    const carol = pull('carol');
    await clock.pass(0);
    for (let second = 0; second < 20; second += 1) {
      await clock.pass(1_000);
      ada.bring();
    }
    expect(log).toEqual(['ada']);
    await clock.pass(2_999);
    expect(log).toEqual(['ada']);
    await clock.pass(1);
    expect(log).toEqual(['ada', 'bob']);
    await clock.pass(3_000);
    expect(log).toEqual(['ada', 'bob', 'carol']);
    for (const one of [ada, bob, carol]) one.end();
    await Promise.all([ada.ended, bob.ended, carol.ended]);
  });

  it('are asked although the one before failed', async () => {
    const ada = pull('ada');
    const bob = pull('bob');
    await clock.pass(0);
    ada.end(new Error('gone'));
    await expect(ada.ended).rejects.toThrow('gone');
    await clock.pass(0);
    expect(log).toEqual(['ada', 'bob']);
    bob.end();
    await bob.ended;
  });
});
