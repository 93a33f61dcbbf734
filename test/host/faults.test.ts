import { afterAll, afterEach, beforeAll, test } from 'vitest';
import { Chance } from '../faults/chance.ts';
import { emptyData } from '../faults/hosts.ts';
import { clockJumps } from '../faults/kinds/clock-jumps.ts';
import { fullDisk, limitOfFiles } from '../faults/kinds/full-disk.ts';
import { halfOpen } from '../faults/kinds/half-open.ts';
import { kills } from '../faults/kinds/kills.ts';
import { tornFiles } from '../faults/kinds/torn-files.ts';
import { twoHosts } from '../faults/kinds/two-hosts.ts';
import { vanishingBrowser } from '../faults/kinds/vanishing.ts';
import { buildHost, type BuiltHost } from './native-host-process.ts';

let built: BuiltHost;
beforeAll(() => {
  built = buildHost();
});
afterEach(() => emptyData(built));
afterAll(() => built.remove());

/** A few rounds of each kind that `npm run test:faults` does hundreds of. */
const linux = process.platform === 'linux';
test('kills', () => kills(built, new Chance(), 4));
test('torn files', () => tornFiles(built, new Chance(), 3));
test('two hosts', () => twoHosts(built, new Chance(), 1));
test.skipIf(!linux)('a full disk', () => fullDisk(built, new Chance(), 1, limitOfFiles));
test('a browser that vanishes', () => vanishingBrowser(built, new Chance(), 2));
test.skipIf(!linux)('half-open connections', () => halfOpen(built, new Chance(), 1));
test('clock jumps', () => clockJumps(new Chance(), 10));
