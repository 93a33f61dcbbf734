import { afterAll, beforeAll, test } from 'vitest';
import { buildHost, type BuiltHost } from '../host/native-host-process.ts';
import { Chance, roundsOf } from './chance.ts';
import { twoHosts } from './kinds/two-hosts.ts';

let built: BuiltHost;
beforeAll(() => {
  built = buildHost();
});
afterAll(() => built.remove());

test('several hosts on one data directory: one has it, the others say who, and a kill frees it', () =>
  twoHosts(built, new Chance(), roundsOf(40)));
