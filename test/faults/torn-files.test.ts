import { afterAll, beforeAll, test } from 'vitest';
import { buildHost, type BuiltHost } from '../host/native-host-process.ts';
import { Chance, roundsOf } from './chance.ts';
import { tornFiles } from './kinds/torn-files.ts';

let built: BuiltHost;
beforeAll(() => {
  built = buildHost();
});
afterAll(() => built.remove());

test('files that are cut, changed or gone: what is whole is served, damage is named and kept', () =>
  tornFiles(built, new Chance(), roundsOf(60)));
