import { existsSync } from 'node:fs';
import { afterAll, beforeAll, test } from 'vitest';
import { buildHost, type BuiltHost } from '../host/native-host-process.ts';
import { Chance, roundsOf } from './chance.ts';
import { halfOpen } from './kinds/half-open.ts';
import { vanishingBrowser } from './kinds/vanishing.ts';

let built: BuiltHost;
beforeAll(() => {
  built = buildHost();
});
afterAll(() => built.remove());

test('a browser that goes in the middle of everything leaves no host behind and loses nothing', () =>
  vanishingBrowser(built, new Chance(), roundsOf(60)));

test.skipIf(!existsSync('/proc/self/fd'))(
  'peers who disappear without a word hold nobody up, and leave nothing behind',
  () => halfOpen(built, new Chance(), roundsOf(20)),
);
