import { beforeAll, test } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { Chance, roundsOf } from './chance.ts';
import { clockJumps } from './kinds/clock-jumps.ts';

beforeAll(() => sodiumReady());

test('a clock set back and forth by years lets nobody in for longer, and leaves nothing unanswered', () =>
  clockJumps(new Chance(), roundsOf(300)));
