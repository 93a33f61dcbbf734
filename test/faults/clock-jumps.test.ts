import { beforeAll, test, vi } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { Chance, roundsOf } from './chance.ts';
import { clockJumps } from './kinds/clock-jumps.ts';

// What is imported for its people sets a shorter time.
vi.setConfig({ testTimeout: 1_800_000 });

beforeAll(() => sodiumReady());

test('a clock set back and forth by years lets nobody in for longer, and leaves nothing unanswered', () =>
  clockJumps(new Chance(), roundsOf(300)));
